import { type Account, assignedValue } from "#load/assigned-values";
import { createMemo } from "#load/memo";
import { evaluate, type Resolve } from "#terraform/evaluate";
import { ExpressionError } from "#terraform/problem";
import { type ObjectValue, toText, type Value } from "#terraform/value";
import type { Expression, FindExpression } from "./configuration";
import { groupBy } from "./grouping";

/** A resource or data source, as the plan has it. */
export interface ResourceObject {
  readonly address: string;
  /** The address of its module; empty for the root. */
  readonly module: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly values: ObjectValue;
  /** For each attribute whether it is known after apply only. @default all that there is is known */
  readonly unknown?: ObjectValue;
}

/** A resource whose attributes can be asked for, though some of them will be known after apply only. */
export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  /** The names of the attributes that are there. */
  attributes(): string[];
  /**
   * An attribute's value: as planned, or found by its expression, in which stand-ins stand for what AWS will assign. It is
   * undefined where there is none, and where it cannot be told.
   */
  value(attribute: string): Value | undefined;
  /** The value where it is text, a number or a boolean; the empty text counts as none. */
  text(attribute: string): string | undefined;
  /** What makes equal things equal: the value, or the one that it is taken from, or a stand-in of its own. */
  link(attribute: string): string;
  /** Whether the attribute, or a part of it, is known after apply only, and is not left to AWS. */
  isUnknown(attribute: string): boolean;
}

/** Everything of a stack at one time: before a plan is applied, or after. */
export class Snapshot {
  readonly account: Account;
  private readonly byAddress: ReadonlyMap<string, ResourceObject>;
  private readonly byType: ReadonlyMap<string, readonly PlannedResource[]>;
  private readonly findExpression: FindExpression;
  private readonly once = createMemo();

  constructor(
    resources: readonly ResourceObject[],
    account: Account,
    findExpression: FindExpression = () => undefined,
  ) {
    this.account = account;
    this.findExpression = findExpression;
    this.byAddress = new Map(resources.map((resource) => [resource.address, resource]));
    const managed = [...this.byAddress.values()].filter(({ mode }) => mode === "managed");
    this.byType = groupBy(
      managed.map((resource) => this.open(resource)),
      ({ type }) => type,
    );
  }

  /** The resource at an address. */
  get(address: string): PlannedResource | undefined {
    const resource = this.byAddress.get(address);
    return resource && this.open(resource);
  }

  /** The resources of a type, data sources left out. */
  all(type: string): readonly PlannedResource[] {
    return this.byType.get(type) ?? [];
  }

  /** The types that there are resources of. */
  types(): string[] {
    return [...this.byType.keys()];
  }

  private open(resource: ResourceObject): PlannedResource {
    const { address, type } = resource;
    const text = (attribute: string) => textOf(this.value(resource, attribute));
    return {
      address,
      type,
      text,
      attributes: () => Object.keys(resource.values),
      value: (attribute) => this.value(resource, attribute),
      link: (attribute) => text(attribute) ?? this.source(resource, attribute) ?? standIn(address, attribute),
      isUnknown: (attribute) =>
        hasUnknown(resource.unknown?.[attribute]) && this.findExpression(address, attribute) !== undefined,
    };
  }

  private value(resource: ResourceObject, attribute: string): Value | undefined {
    const known = Object.hasOwn(resource.values, attribute) ? resource.values[attribute] : undefined;
    if (known !== undefined || resource.unknown?.[attribute] !== true) return known ?? undefined;
    try {
      return this.once(`${resource.address} ${attribute}`, () => this.find(resource, attribute));
    } catch (error) {
      if (error instanceof ExpressionError) return undefined;
      throw error;
    }
  }

  /** The value of an attribute that is known after apply only, as far as it can be told already. */
  private find(resource: ResourceObject, attribute: string): Value | undefined {
    const expression = this.findExpression(resource.address, attribute);
    if (expression === undefined) return this.assigned(resource, attribute);
    if (expression.written === undefined) return undefined;
    const value = evaluate(expression.written, this.resolveIn(resource.module));
    return typeof value === "string" && value.length > LONGEST ? undefined : value;
  }

  /** What AWS will assign, where it follows from what is known. Ids and all that is drawn at random do not. */
  private assigned(resource: ResourceObject, attribute: string): Value | undefined {
    const isNamed = attribute === "id" && ID_IS_NAME.has(resource.type);
    if (!attribute.endsWith("arn") && !isNamed) return undefined;
    return assignedValue(resource.type, attribute, {
      address: resource.address,
      account: this.account,
      seed: "",
      text: (name) => this.open(resource).link(name),
      property: (name) => this.value(resource, name),
      values: () => notHere(),
      withId: () => notHere(),
    });
  }

  private resolveIn(module: string): Resolve {
    return (names) => {
      const used = names[0] === "data" ? 4 : 3;
      const target = this.lookUp(module, names.slice(0, used - 1).join("."));
      const attribute = names[used - 1];
      if (target === undefined || attribute === undefined) return notHere();
      const value = this.value(target, attribute);
      if (value !== undefined) return { value, used };
      // Only what AWS assigns is sure to be a name; anything else could turn out to be a wildcard.
      const isAssigned =
        target.mode === "managed" &&
        target.type.startsWith("aws_") &&
        target.unknown?.[attribute] === true &&
        this.findExpression(target.address, attribute) === undefined;
      return isAssigned ? { value: standIn(target.address, attribute), used } : notHere();
    };
  }

  private lookUp(module: string, address: string): ResourceObject | undefined {
    return this.byAddress.get(module === "" ? address : `${module}.${address}`);
  }

  /** The value that an attribute is taken from, where it is taken from a single one. */
  private source({ address, module }: ResourceObject, attribute: string): string | undefined {
    const references = attributesReferredTo(this.findExpression(address, attribute));
    const reference =
      references.length === 1 ? references[0] : siblingReference(references, address, attribute);
    if (reference === undefined) return undefined;
    const dot = reference.lastIndexOf(".");
    const target = this.lookUp(module, reference.slice(0, dot));
    const name = reference.slice(dot + 1);
    return target && (textOf(this.value(target, name)) ?? standIn(target.address, name));
  }
}

/** A policy has 10,240 characters at most; what is much longer is not worth being followed. */
const LONGEST = 1_000_000;

/** Types whose id is the name in AWS. */
const ID_IS_NAME = new Set([
  "aws_cloudwatch_log_group",
  "aws_dynamodb_table",
  "aws_iam_group",
  "aws_iam_role",
  "aws_iam_user",
  "aws_lambda_function",
]);

/** The attributes among references, each of which is followed by what it belongs to. */
function attributesReferredTo(expression: Expression | undefined): string[] {
  const references = [...new Set(expression?.references ?? [])];
  return references.filter(
    (each) => !references.some((other) => other.startsWith(`${each}.`) || other.startsWith(`${each}[`)),
  );
}

/**
 * The reference of an instance to the instance of another resource with its own key, as in `r[each.key].id`. A plan has
 * neither the key nor the attribute, which is taken for the id.
 */
function siblingReference(
  references: readonly string[],
  address: string,
  attribute: string,
): string | undefined {
  const key = /\[(?:\d+|"(?:[^"\\]|\\.)*")\]$/.exec(address)?.[0];
  const [target, ...others] = references.filter((each) => each !== "each.key" && each !== "count.index");
  const isSibling = others.length === 0 && target !== undefined && references.length === 2;
  if (!isSibling || key === undefined || !attribute.endsWith("_id")) return undefined;
  return /^[a-z0-9_]+\.[A-Za-z0-9_-]+$/.test(target) ? `${target}${key}.id` : undefined;
}

/**
 * Whether a part of an attribute is known after apply only.
 * @param mask - what a plan has in the attribute's place: `true` where that is so
 */
export function hasUnknown(mask: Value | undefined): boolean {
  if (typeof mask !== "object" || mask === null) return mask === true;
  return Object.values(mask).some(hasUnknown);
}

/** Stands for a value that AWS will assign, in a form that means nothing in a policy, an ARN or JSON. */
function standIn(address: string, attribute: string): string {
  const name = `${address}.${attribute}`.replace(
    /[^A-Za-z0-9._-]/g,
    (character) => `~${character.charCodeAt(0).toString(16)}`,
  );
  return `(${name})`;
}

/** Whether a text has a stand-in of a resource of the root module. */
export function hasStandIn(text: string): boolean {
  return text.includes("(aws_");
}

function textOf(value: Value | undefined): string | undefined {
  return value === undefined ? undefined : toText(value) || undefined;
}

function notHere(): never {
  throw new ExpressionError("what is known after apply", "what is known");
}
