import type { Output } from "#model/model";
import type { Block, TerraformDocument } from "#terraform/document";
import { type Problem, Problems, Unsupported, unsupported } from "#terraform/problem";
import { describe, isObject, member } from "#terraform/value";
import type { LocalIdentity } from "./assigned-values";
import { Attributes, unknownType } from "./attributes";
import { createMemo } from "./memo";
import { propertyTable, type ResourceType, TYPES_WITHOUT_LOCAL_EFFECT, type ValuesOf } from "./tables/index";

/** A resource of the stack, its properties read. */
export interface Resource<T extends ResourceType> {
  readonly address: string;
  readonly values: ValuesOf<T>;
  /** An attribute as text: a property, or what AWS would assign. @throws Unsupported */
  text(attribute: string): string;
}

/**
 * The resources of a Terraform document, read on demand. What is not supported is collected in `problems`; the caller
 * receives the resources that could be read.
 */
export class Stack {
  readonly problems = new Problems();
  readonly attributes: Attributes;

  private readonly document: TerraformDocument;
  private readonly ignored = new Set<string>();
  private readonly broken = new Set<string>();
  private readonly repeated = new Set<string>();
  private readonly once = createMemo();

  constructor(document: TerraformDocument, identity: LocalIdentity) {
    this.document = document;
    this.attributes = new Attributes(document, identity, (kind) => this.ignored.add(kind));
    for (const problem of document.problems) this.problems.add(problem);
    this.problems.attemptEach(document.blocks.values(), (block) => this.checkType(block));
  }

  /** The resources of a type that could be read, in the order of the document. */
  all<T extends ResourceType>(type: T): readonly Resource<T>[] {
    return this.once(type, () => {
      const blocks = [...this.document.blocks.values()].filter((block) => block.type === type);
      const resources = this.problems.attemptEach(blocks, (block) => this.read(type, block));
      if (resources.length < blocks.length) this.broken.add(type);
      return resources;
    });
  }

  /** The resource of a type whose attribute has a value; no two may have the same; undefined if there is none. */
  findOptional<T extends ResourceType>(type: T, attribute: string, value: string): Resource<T> | undefined {
    return this.index(type, attribute).get(value);
  }

  /**
   * Like {@link findOptional}, for a resource that must exist.
   * @param address - of the property that refers to it
   * @throws Unsupported if there is none
   */
  find<T extends ResourceType>(type: T, attribute: string, value: string, address: string): Resource<T> {
    const found = this.findOptional(type, attribute, value);
    if (found) return found;
    throw this.missing(type, {
      address,
      got: describe(value),
      supported: `the ${attribute} of an ${type} of this stack`,
      action: `refer to one: ${type}.NAME.${attribute}`,
    });
  }

  /**
   * The error for a missing resource of a type. If one of that type could not be read, only that problem is shown, not
   * its consequences.
   */
  missing(type: ResourceType, problem: Problem): Unsupported {
    this.all(type);
    return new Unsupported(this.broken.has(type) ? [] : [problem]);
  }

  /** Reports resources of a type that share an attribute which must be unique. */
  refuseSame(type: ResourceType, attribute: string): void {
    this.index(type, attribute);
  }

  /** The outputs' values, by name. */
  outputs(): Record<string, Output> {
    const outputs = this.problems.attemptEach(Object.entries(this.document.outputs), ([name, output]) => {
      const address = `output.${name}`;
      if (!isObject(output)) throw unsupported(address, describe(output), "an object", "write it with CDKTF");
      const value = this.attributes.evaluate(member(output, "value") ?? null, address);
      return [name, { value, sensitive: member(output, "sensitive") === true }] as const;
    });
    return Object.fromEntries(outputs);
  }

  /** What was read and has no effect locally, in order: addresses of resources, and `TYPE.*.PROPERTY`. */
  withoutLocalEffect(): readonly string[] {
    return [...this.ignored].sort();
  }

  private checkType(block: Block): void {
    if (TYPES_WITHOUT_LOCAL_EFFECT.has(block.type)) this.ignored.add(block.address);
    else if (!propertyTable(block.type)) throw unknownType(block);
    this.attributes.checkProvider(block);
  }

  private read<T extends ResourceType>(type: T, block: Block): Resource<T> {
    const values = this.attributes.read(type, block);
    const region = "region" in values ? values["region"] : undefined;
    if (region !== undefined && region !== this.attributes.account.region) {
      const supported = `${describe(this.attributes.account.region)}, the provider's`;
      throw unsupported(
        `${block.address}.region`,
        describe(region),
        supported,
        "use a stack for each region",
      );
    }
    return { address: block.address, values, text: (attribute) => this.attributes.text(block, attribute) };
  }

  private index<T extends ResourceType>(type: T, attribute: string): ReadonlyMap<string, Resource<T>> {
    return this.once(`${type}.${attribute}`, () => {
      const index = new Map<string, Resource<T>>();
      const resources = this.all(type);
      this.problems.attemptEach(resources, (resource) => {
        const value = resource.text(attribute);
        const same = index.get(value);
        if (same && !this.repeated.has(resource.address)) {
          this.repeated.add(resource.address);
          // The value is not shown: it can be an API key's.
          const got = `the same ${attribute} as ${same.address}`;
          throw unsupported(`${resource.address}.${attribute}`, got, "one of each", "change one of them");
        }
        index.set(value, resource);
      });
      if (index.size < resources.length) this.broken.add(type);
      return index;
    });
  }
}
