import type { Block, TerraformDocument } from "#terraform/document";
import { evaluate, type Resolve } from "#terraform/evaluate";
import { ExpressionError, Unsupported, unsupported } from "#terraform/problem";
import { describe, isObject, member, type ObjectValue, toText, type Value } from "#terraform/value";
import { knownValue, readReference } from "./after-apply";
import {
  type Account,
  type AssignedTo,
  assignedAttributes,
  assignedValue,
  type LocalIdentity,
} from "./assigned-values";
import { createMemo } from "./memo";
import { applyRule, inside, type Place, type PropertyTable, readProperties, type Values } from "./properties";
import { Providers } from "./providers";
import {
  PROPERTY_TABLES,
  propertyTable,
  type ResourceType,
  TYPES_WITHOUT_LOCAL_EFFECT,
  type ValuesOf,
} from "./tables/index";
import { adviceOn } from "./unsupported-types";

/**
 * The values of a document's expressions: the values of references between its resources, locals and variables. Each is
 * evaluated once, when something needs it.
 */
export class Attributes {
  private readonly document: TerraformDocument;
  private readonly identity: LocalIdentity;
  private readonly providers: Providers;
  private readonly ignore: (kind: string) => void;
  private readonly once = createMemo();
  /** Values by template: the same text has the same value everywhere in a stack. */
  private readonly templates = new Map<Value, Value>();

  /** @param ignore - records a property that was read and has no local effect */
  constructor(document: TerraformDocument, identity: LocalIdentity, ignore: (kind: string) => void) {
    this.document = document;
    this.identity = identity;
    this.ignore = ignore;
    const evaluateHere = (raw: Value, address: string) => this.evaluate(raw, address);
    this.providers = new Providers({ document, identity, evaluate: evaluateHere, ignore });
  }

  /** Account and region of the stack. @throws Unsupported if the region is not known */
  get account(): Account {
    return this.providers.account;
  }

  /** Tags that the provider of a resource puts on it. @throws Unsupported */
  defaultTagsOf(address: string): Readonly<Record<string, string>> {
    const block = this.document.blocks.get(address);
    return block ? this.providers.defaultTagsOf(block) : {};
  }

  /** Refuses a block that another account or region than the stack's has. @throws Unsupported */
  checkProvider(block: Block): void {
    this.providers.check(block);
  }

  /** Evaluates the value at an address. @throws Unsupported */
  evaluate(raw: Value, address: string): Value {
    const known = this.templates.get(raw);
    if (known !== undefined) return known;
    const value = located(address, () => evaluate(raw, this.resolve));
    if (typeof raw === "string") this.templates.set(raw, value);
    return value;
  }

  /** The properties of a resource of an understood type. @throws Unsupported with every problem of the resource */
  read<T extends ResourceType>(type: T, block: Block): ValuesOf<T> {
    return readProperties(PROPERTY_TABLES[type], block.arguments, this.placeOf(block)) as ValuesOf<T>;
  }

  /** Some properties of a resource, by a table of their own. @throws Unsupported */
  readBy<T extends PropertyTable>(table: T, block: Block, properties: ObjectValue): Values<T> {
    return readProperties(table, properties, this.placeOf(block));
  }

  /** An attribute of a resource as text: a property, or what AWS would assign. @throws Unsupported */
  text(block: Block, name: string): string {
    const address = `${block.address}.${name}`;
    const value = located(address, () => this.attribute(block, name));
    const text = toText(value);
    if (text === undefined) throw unsupported(address, describe(value), "text", "correct it");
    return text;
  }

  /** A value of a state or a plan, which is no expression, but may be known only after the apply. @throws Unsupported */
  private literal(raw: Value, address: string): Value {
    const [target = "", attribute = ""] = readReference(raw) ?? [];
    const block = this.document.blocks.get(target);
    return block ? this.text(block, attribute) : knownValue(raw, address);
  }

  private readonly resolve: Resolve = (names) => {
    const [root = "", name = ""] = names;
    if (root === "var") return { value: this.variable(name), used: 2 };
    if (root === "local") return { value: this.local(name), used: 2 };
    if (root === "path" && (name === "module" || name === "root")) return { value: ".", used: 2 };
    const used = root === "data" ? 4 : 3;
    const block = this.document.blocks.get(names.slice(0, used - 1).join("."));
    const attribute = names[used - 1];
    if (block && attribute !== undefined) return { value: this.attribute(block, attribute), used };
    throw new ExpressionError(
      `the reference ${describe(names.join("."))}`,
      "an attribute of a resource or data source of this stack, a local value or a variable",
    );
  };

  private variable(name: string): Value {
    const variable = member(this.document.variables, name);
    const value = isObject(variable) ? member(variable, "default") : undefined;
    // A default is used unchanged: Terraform does not evaluate templates in it.
    if (value !== undefined) return value;
    throw new ExpressionError(`the variable "${name}"`, "a variable with a default");
  }

  private local(name: string): Value {
    const raw = member(this.document.locals, name);
    if (raw === undefined) throw new ExpressionError(`the local value "${name}"`, "one of this stack");
    return this.once(`local.${name}`, () => this.evaluate(raw, `local.${name}`));
  }

  private attribute(block: Block, name: string): Value {
    return this.once(`${block.address}.${name}`, () => {
      const value =
        this.property(block, name) ??
        (block.assigned && member(block.assigned, name)) ??
        assignedValue(block.type, name, this.assignedTo(block));
      if (value !== undefined) return value as Value;
      throw new ExpressionError(
        `the attribute "${name}" of ${block.address}`,
        `what the stack sets, or ${assignedAttributes(block.type).join(", ") || "nothing else"}`,
        true,
      );
    });
  }

  private property(block: Block, name: string): unknown {
    const raw = member(block.arguments, name);
    const at = inside(this.placeOf(block), name);
    const table = propertyTable(block.type);
    const rule = table && Object.hasOwn(table, name) ? table[name] : undefined;
    if (table && rule?.kind !== "ignored") return rule && applyRule(rule, raw, at);
    return raw === undefined ? undefined : at.evaluate(raw, at.address);
  }

  private placeOf(block: Block): Place {
    return {
      address: block.address,
      kind: `${block.type}.*`,
      evaluate: block.assigned
        ? (raw, address) => this.literal(raw, address)
        : (raw, address) => this.evaluate(raw, address),
      ignore: this.ignore,
    };
  }

  private assignedTo(block: Block): AssignedTo {
    return {
      address: block.address,
      account: this.providers.accountOf(block),
      seed: this.identity.seed,
      text: (attribute) => this.text(block, attribute),
      property: (name) => this.property(block, name),
      values: (type) => this.read(type, block),
      withId: (type, id) => {
        const found = this.blocksById(type).get(id);
        return found && this.assignedTo(found);
      },
    };
  }

  private blocksById(type: ResourceType): ReadonlyMap<string, Block> {
    return this.once(`ids of ${type}`, () => {
      const blocks = [...this.document.blocks.values()].filter((block) => block.type === type);
      return new Map(blocks.map((block) => [this.text(block, "id"), block]));
    });
  }
}

/** The error for a resource type that is not known. */
export function unknownType({ type, address }: Block): Unsupported {
  const service = /^(?:data\.)?aws_(?:api_gateway|[a-z0-9]+)/.exec(type)?.[0];
  const known = [...Object.keys(PROPERTY_TABLES), ...TYPES_WITHOUT_LOCAL_EFFECT].filter(
    (candidate) => service !== undefined && candidate.startsWith(service),
  );
  return unsupported(
    address,
    `the resource type ${describe(type)}`,
    known.length > 0
      ? known.join(", ")
      : "API Gateway (REST), Lambda, DynamoDB, IAM, and CloudWatch, SNS and X-Ray resources",
    adviceOn(type),
  );
}

/** Adds the position of an expression that has no value. */
function located<T>(address: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { got, supported, noLocalValue } = error;
    const problem = { address, got, supported, action: "write the value in another way" };
    throw new Unsupported([noLocalValue ? { ...problem, notFollowed: true, noLocalValue } : problem]);
  }
}
