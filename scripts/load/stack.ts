import { DENY_ALL } from "#iam/policy";
import type { Output } from "#model/model";
import type { NotServed, Route } from "#model/rest-api";
import type { Block, TerraformDocument } from "#terraform/document";
import { formatCause, type Problem, Problems, Unsupported, unsupported } from "#terraform/problem";
import { describe, isObject, member } from "#terraform/value";
import type { LocalIdentity } from "./assigned-values";
import { Attributes, unknownType } from "./attributes";
import { type Standing, standingOf } from "./beside";
import { ClosedRoutes, type OfMethod, toNotServed } from "./closed-routes";
import { createMemo } from "./memo";
import type { PropertyTable, Values } from "./properties";
import { METHOD_KEY } from "./tables/api-gateway";
import { propertyTable, type ResourceType, TYPES_WITHOUT_LOCAL_EFFECT, type ValuesOf } from "./tables/index";

/** A resource of the stack, its properties read. */
export interface Resource<T extends ResourceType> {
  readonly address: string;
  readonly values: ValuesOf<T>;
  /** An attribute as text: a property, or what AWS would assign. @throws Unsupported */
  text(attribute: string): string;
}

/** A resource of a type that has no table. */
export interface Beside<T extends PropertyTable> {
  readonly address: string;
  readonly values: Values<T> | undefined;
  /** Whether a property is set. */
  has(property: string): boolean;
  /** An attribute as text: a property, or what AWS would assign; undefined if it is not known. */
  text(attribute: string): string | undefined;
}

const METHOD_PARTS: ReadonlySet<ResourceType> = new Set([
  "aws_api_gateway_method",
  "aws_api_gateway_method_response",
  "aws_api_gateway_integration",
  "aws_api_gateway_integration_response",
]);

/** Resources whose property `policy` says what principals may do. */
const POLICIES: ReadonlySet<ResourceType> = new Set([
  "aws_iam_policy",
  "aws_iam_role_policy",
  "aws_iam_user_policy",
]);

/**
 * The resources of a Terraform document, read on demand. What is not supported is collected in `problems`; the caller
 * receives the resources that could be read.
 */
export class Stack {
  readonly problems = new Problems();
  /** Ids of the REST APIs that the document has beside the one that is read. */
  private readonly otherApis = new Set<string>();
  private readonly otherAddresses: string[] = [];
  /** Routes that are closed for what they are made of. */
  readonly closed: ClosedRoutes;
  readonly attributes: Attributes;

  private readonly document: TerraformDocument;
  private readonly withoutOthers: Map<string, Block>;
  private readonly ignored = new Set<string>();
  private readonly broken = new Set<string>();
  private readonly repeated = new Set<string>();
  private readonly once = createMemo();
  private readonly unread: OfMethod[] = [];
  private closedForAll: NotServed | undefined;
  private readonly unavailableFunctions = new Map<string, readonly NotServed[]>();
  private readonly notRunHere: string[] = [];
  private readonly served = new Set<string>();
  private readonly restricting: Block[] = [];
  private readonly unknownGates: { readonly block: Block; readonly standing: Standing }[] = [];

  /** Whether this is an applied stack, of whose sources not everything need be there. */
  readonly isApplied: boolean;

  /** @param apiAddress - the REST API to read, of several. @default the first one */
  constructor(document: TerraformDocument, identity: LocalIdentity, apiAddress?: string) {
    this.isApplied = document.areOutputsLiteral === true;
    this.closed = new ClosedRoutes(this.isApplied);
    this.withoutOthers = new Map(document.blocks);
    this.document = { ...document, blocks: this.withoutOthers };
    this.attributes = new Attributes(document, identity, (kind) => this.ignored.add(kind));
    for (const problem of document.problems) this.problems.add(problem);
    this.leaveOutOtherApis(apiAddress);
    this.problems.attemptEach(this.document.blocks.values(), (block) => this.checkType(block));
  }

  /** The resources of a type that could be read, in the order of the document. */
  all<T extends ResourceType>(type: T): readonly Resource<T>[] {
    return this.once(type, () => {
      const blocks = [...this.document.blocks.values()].filter((block) => block.type === type);
      const resources = this.problems
        .attemptEach(blocks, (block) => this.readOrClose(type, block))
        .filter((resource) => resource !== undefined);
      if (resources.length < blocks.length) this.broken.add(type);
      return resources;
    });
  }

  /** Addresses of the other REST APIs. */
  otherApiAddresses(): readonly string[] {
    return this.otherAddresses;
  }

  /** Whether it is the id of a REST API of the document, and not the one that is read. */
  isOtherApi(id: string): boolean {
    return this.otherApis.has(id);
  }

  /** The resource of a type whose attribute has a value, which no other may have; undefined where there is none. */
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

  /** Methods that could not be read, and whose routes are closed. */
  unreadMethods(): readonly OfMethod[] {
    this.all("aws_api_gateway_method");
    return this.unread;
  }

  /** Notes resources of a type that have an attribute in common where each needs its own. */
  refuseSame(type: ResourceType, attribute: string): void {
    this.index(type, attribute);
  }

  /** The outputs' values, by name, without those that have no local value: no request depends on them. */
  outputs(): Record<string, Output> {
    const outputs = this.problems.attemptEach(Object.entries(this.document.outputs), ([name, output]) => {
      const address = `output.${name}`;
      if (!isObject(output)) throw unsupported(address, describe(output), "an object", "write it with CDKTF");
      const raw = member(output, "value") ?? null;
      const read = () => (this.document.areOutputsLiteral ? raw : this.attributes.evaluate(raw, address));
      const value = this.attemptValue(read, () => undefined);
      if (value !== undefined)
        return [[name, { value, sensitive: member(output, "sensitive") === true }] as const];
      this.notRunHere.push(address);
      return [];
    });
    return Object.fromEntries(outputs.flat());
  }

  /** Addresses of the resources that are not run here, in the order of the document. */
  notRun(): readonly string[] {
    return this.notRunHere.filter((address) => !this.served.has(address));
  }

  /** Some properties of the resources of a type that has no table; undefined if they could not be read. */
  besides<T extends PropertyTable>(type: string, table: T): Beside<T>[] {
    const blocks = [...this.document.blocks.values()].filter((block) => block.type === type);
    return blocks.map((block) => {
      const own = Object.entries(block.arguments).filter(([name]) => Object.hasOwn(table, name));
      const values = new Problems().attempt(() =>
        this.attributes.readBy(table, block, Object.fromEntries(own)),
      );
      const has = (property: string) => !isEmpty(member(block.arguments, property));
      const text = (attribute: string) =>
        new Problems().attempt(() => this.attributes.text(block, attribute));
      return { address: block.address, values, has, text };
    });
  }

  /** Takes a resource of a type that has no table out of those that are not run here. */
  serve(address: string): void {
    this.served.add(address);
  }

  /** What refuses requests on AWS and lets them pass here. */
  restrictions(): readonly string[] {
    return this.restricting.map(({ address }) => address);
  }

  /** Closes every route for a problem with what decides about all of them. */
  closeAll(problem: Problem): void {
    this.closedForAll ??= { ...toNotServed(problem), isGate: true };
  }

  /** Why a route is closed for a resource that could open or close access to it; undefined if none could. */
  unknownGateOf(authorization: Route["authorization"]): NotServed | undefined {
    if (this.closedForAll) return this.closedForAll;
    const found = this.unknownGates.find(
      ({ standing }) => standing === "gate" || authorization === "AWS_IAM" || authorization === "UNKNOWN",
    );
    if (!found) return undefined;
    const [problem] = unknownType(found.block).problems;
    return {
      address: found.block.address,
      property: "",
      reason: problem ? formatCause(problem) : "",
      isGate: true,
    };
  }

  /** What was met and has no effect locally, in order: addresses of resources, and `TYPE.*.PROPERTY`. */
  withoutLocalEffect(): readonly string[] {
    return [...this.ignored].sort();
  }

  /** Leaves out the other APIs with their parts, each of which is read by itself. */
  private leaveOutOtherApis(apiAddress: string | undefined): void {
    const blocks = [...this.document.blocks.values()];
    const apis = blocks.filter(({ type }) => type === "aws_api_gateway_rest_api");
    const own = apis.find(({ address }) => address === apiAddress) ?? apis[0];
    for (const api of apis) {
      if (api === own) continue;
      this.problems.attempt(() => this.otherApis.add(this.attributes.text(api, "id")));
      this.otherAddresses.push(api.address);
      this.withoutOthers.delete(api.address);
    }
    if (this.otherApis.size === 0) return;
    for (const block of blocks) {
      const raw = member(block.arguments, "rest_api_id");
      if (raw === undefined) continue;
      const id = this.problems.attempt(() =>
        block.assigned
          ? this.attributes.text(block, "rest_api_id")
          : this.attributes.evaluate(raw, `${block.address}.rest_api_id`),
      );
      if (typeof id === "string" && this.otherApis.has(id)) this.withoutOthers.delete(block.address);
    }
  }

  private checkType(block: Block): void {
    if (TYPES_WITHOUT_LOCAL_EFFECT.has(block.type)) this.ignored.add(block.address);
    else if (!propertyTable(block.type)) {
      this.place(block);
      return;
    }
    this.attributes.checkProvider(block);
  }

  /** Takes note of a resource of a type that is not understood. */
  private place(block: Block): void {
    const standing = standingOf(block.type);
    this.notRunHere.push(block.address);
    if (standing === "restriction") this.restricting.push(block);
    if (standing === "gate" || standing === "signed-gate") this.unknownGates.push({ block, standing });
  }

  /** The step's result; what `instead` returns if it met only expressions without a local value. @throws Unsupported */
  private attemptValue<T, U>(step: () => T, instead: () => U): T | U {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof Unsupported) || !error.problems.every(({ noLocalValue }) => noLocalValue))
        throw error;
      return instead();
    }
  }

  /** The step's result; undefined if it met something unsupported in an applied stack. @throws Unsupported of any other */
  attemptApplied<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof Unsupported) || !this.isApplied) throw error;
      for (const { address } of error.problems) this.ignored.add(address);
      return undefined;
    }
  }

  /** What is not followed of a function, so that it does not run here. */
  unavailable({ address }: { readonly address: string }): readonly NotServed[] {
    return this.unavailableFunctions.get(address) ?? [];
  }

  /** A function of which something is not followed does not run; what else is known of it stays. */
  private readFunction(block: Block): Resource<"aws_lambda_function"> {
    try {
      return this.read("aws_lambda_function", block);
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      if (!this.isApplied && !error.problems.every((problem) => problem.notFollowed)) throw error;
      if (error.problems.length === 0) throw error;
      this.unavailableFunctions.set(block.address, error.problems.map(toNotServed));
      const names = new Set(error.problems.map(({ address }) => propertyOf(block, address)));
      const rest = Object.entries(block.arguments).filter(([name]) => !names.has(name));
      return this.read("aws_lambda_function", { ...block, arguments: Object.fromEntries(rest) });
    }
  }

  /** Reads a resource. What is not followed of a method, its integration or a response closes the method's route. */
  private readOrClose<T extends ResourceType>(type: T, block: Block): Resource<T> | undefined {
    if (type === "aws_lambda_function") return this.readFunction(block) as Resource<T>;
    if (POLICIES.has(type)) return this.readPolicy(type, block);
    // What refers to it is not followed either.
    if (type === "data.aws_iam_policy_document")
      return this.attemptValue(
        () => this.read(type, block),
        () => undefined,
      );
    if (!METHOD_PARTS.has(type)) return this.read(type, block);
    const isMethod = type === "aws_api_gateway_method";
    let part: OfMethod | undefined;
    const read = () => this.read(type, block);
    const resource = this.closed.attempt(() => (part = this.methodOf(block)), isMethod, read);
    if (!resource && isMethod && part) this.unread.push(part);
    return resource;
  }

  /** A policy whose text is not followed, as one that denies everything: nothing passes for what it may deny. */
  private readPolicy<T extends ResourceType>(type: T, block: Block): Resource<T> {
    return this.attemptValue(
      () => this.read(type, block),
      () => {
        const denied = this.read(type, {
          ...block,
          arguments: { ...block.arguments, policy: JSON.stringify(DENY_ALL) },
        });
        this.notRunHere.push(block.address);
        return denied;
      },
    );
  }

  /** Which method a resource belongs to, whatever else is in it. @throws Unsupported */
  private methodOf(block: Block): OfMethod {
    const own = Object.entries(block.arguments).filter(([name]) => Object.hasOwn(METHOD_KEY, name));
    const values = this.attributes.readBy(METHOD_KEY, block, Object.fromEntries(own));
    return { address: block.address, values };
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

/** The property that an address below a block begins with. */
function propertyOf({ address }: Block, at: string): string {
  return /^[^.]*/.exec(at.slice(address.length + 1))?.[0] ?? "";
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
