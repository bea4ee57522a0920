import type { Budget } from "../limits";
import { callMethod, getItem, getProperty } from "../methods/dispatch";
import { setItemFromEnd } from "../methods/list-methods";
import { keyOf } from "../methods/map-methods";
import type { Block, Expression, Reference, Statement, Step } from "../parse/syntax";
import { areEqual } from "../values/equal";
import { isInt } from "../values/java-number";
import { textOf } from "../values/text";
import { isObject, type Value, VtlBlock, VtlDecimal, VtlList, VtlLoop, VtlMap } from "../values/value";
import { VtlError } from "../vtl-error";
import { calculate } from "./arithmetic";
import { Interrupt } from "./interrupt";

/**
 * Renders blocks, with the variables of one template.
 *
 * Two things are API Gateway's own, which the recordings show: a reference that does not exist is an empty string
 * wherever it is used, not only where it is printed; and so an #if of it holds, because Velocity 1.7 asks only whether
 * there is a value.
 * Sources: `test_input_path_template_formatting` of localstack/localstack, recorded from AWS (`$missing == $null`,
 * `$missing == ""`); https://github.com/dherault/serverless-offline/issues/50 (#if of a missing value, on AWS)
 */
export class Renderer {
  private readonly variables: Map<string, Value>;
  private readonly budget: Budget;

  constructor(variables: Map<string, Value>, budget: Budget) {
    this.variables = variables;
    this.budget = budget;
  }

  /** The text of a whole template; a #stop ends it where it stands. */
  whole(block: Block): string {
    const output = new Output(this.budget);
    try {
      this.render(block, output);
    } catch (error) {
      if (!(error instanceof Interrupt)) throw error;
    }
    return output.text();
  }

  // -------------------------------------------------------------------------------------------------- statements

  private render(block: Block, output: Output): void {
    this.budget.nested(() => {
      for (const statement of block) this.step(statement, output);
    });
  }

  private step(statement: Statement, output: Output): void {
    this.budget.spend(1);
    switch (statement.kind) {
      case "text":
        output.write(statement.text);
        return;
      case "print":
        this.print(statement.reference, output);
        return;
      case "set": {
        const value = this.value(statement.value);
        // Velocity leaves the variable as it is: such as for a division by zero.
        if (value !== null) this.assign(statement.target, value);
        return;
      }
      case "if": {
        const chosen = statement.branches.find(({ test }) => this.holds(test));
        this.render(chosen?.body ?? statement.otherwise, output);
        return;
      }
      case "foreach":
        this.loop(statement, output);
        return;
      case "define":
        this.variables.set(statement.name, this.define(statement.body));
        return;
      case "break":
        throw this.breakOf(statement.of);
      case "stop":
        throw new Interrupt("all");
    }
  }

  private print(reference: Reference, output: Output): void {
    const value = this.resolve(reference);
    output.write(reference.prefix);
    if (reference.isEscaped) {
      output.write(reference.literal);
      return;
    }
    if (isObject(value) && value.type === "block") {
      if (!value.renderInto((text) => output.write(text))) output.write(reference.literal);
      return;
    }
    output.write(this.placed(reference, () => textOf(value, this.budget)) ?? reference.literal);
  }

  /** A value that is rendered each time it is printed, at most twice within itself, with the variables of that time. */
  private define(body: Block): VtlBlock {
    let depth = 0;
    return new VtlBlock((write) => {
      if (depth >= MOST_DEFINES) return false;
      depth += 1;
      try {
        this.render(body, new Output(this.budget, write));
      } catch (error) {
        if (!(error instanceof Interrupt) || error.ends !== "nearest") throw error;
      } finally {
        depth -= 1;
      }
      return true;
    });
  }

  private loop({ name, list, body }: Extract<Statement, { kind: "foreach" }>, output: Output): void {
    const items = this.value(list);
    if (!isObject(items) || (items.type !== "list" && items.type !== "map")) return;
    const before = [name, "velocityCount", "velocityHasNext", "foreach"].map(
      (variable) => [variable, this.variables.get(variable)] as const,
    );
    const outer = this.variables.get("foreach") ?? null;
    const scope = new VtlLoop(isObject(outer) && outer.type === "loop" ? outer : undefined);
    this.variables.set("foreach", scope);
    try {
      for (const { item, hasNext } of iterate(items, this.budget.limits.rounds)) {
        this.budget.spend(1);
        scope.index += 1;
        scope.hasNext = hasNext;
        this.variables.set("velocityCount", BigInt(scope.index + 1));
        this.variables.set("velocityHasNext", hasNext);
        this.variables.set(name, item);
        this.render(body, output);
      }
    } catch (error) {
      if (!(error instanceof Interrupt) || (error.ends !== "nearest" && error.ends !== scope)) throw error;
    } finally {
      for (const [variable, value] of before)
        if (value === undefined) this.variables.delete(variable);
        else this.variables.set(variable, value);
    }
  }

  private breakOf(of: Reference | undefined): Interrupt {
    if (of === undefined) return new Interrupt("nearest");
    const loop = this.resolve(of);
    if (isObject(loop) && loop.type === "loop") return new Interrupt(loop);
    throw new VtlError("failed", `got #break(${of.literal}), expected #break($foreach)`, of.position);
  }

  // -------------------------------------------------------------------------------------------------- references

  /** The value of a reference; an empty string if it does not exist. */
  private resolve({ name, steps, position }: Reference): Value {
    this.budget.spend(1 + steps.length);
    let value = this.variables.get(name) ?? null;
    try {
      for (const step of steps) {
        if (value === null) break;
        value = this.follow(value, step);
      }
    } catch (error) {
      throw error instanceof VtlError ? error.at(position) : error;
    }
    return value ?? "";
  }

  private follow(value: Value, step: Step): Value {
    switch (step.kind) {
      case "property":
        return getProperty(value, step.name);
      case "index":
        return getItem(value, this.value(step.index), this.budget);
      case "method": {
        if (step.name === "stop" && isObject(value) && value.type === "loop") throw new Interrupt(value);
        const parameters = step.arguments.map((argument) => this.value(argument));
        return callMethod(value, step.name, parameters, this.budget);
      }
    }
  }

  /** Sets a variable, or a key of a map or an item of a list; what else is left of the last dot has nothing to set. */
  private assign({ name, steps, position }: Reference, value: Value): void {
    const last = steps.at(-1);
    if (last === undefined) {
      this.variables.set(name, value);
      return;
    }
    this.budget.spend(steps.length);
    try {
      let owner = this.variables.get(name) ?? null;
      for (const step of steps.slice(0, -1)) owner = owner === null ? null : this.follow(owner, step);
      if (isObject(owner)) this.assignTo(owner, last, value);
    } catch (error) {
      throw error instanceof VtlError ? error.at(position) : error;
    }
  }

  private assignTo(owner: NonNullable<Value> & object, last: Step, value: Value): void {
    if (owner.type === "native" || owner.type === "loop")
      throw new VtlError("unsupported", "got #set of a property of an object that has none to set");
    if (last.kind === "property" && owner.type === "map") owner.put(last.name, value);
    if (last.kind !== "index") return;
    const index = this.value(last.index);
    if (owner.type === "map") owner.put(keyOf(index), value);
    else if (owner.type === "list" && owner.kind !== "view" && typeof index === "bigint" && isInt(index))
      setItemFromEnd(owner, index, value);
  }

  // -------------------------------------------------------------------------------------------------- expressions

  private value(expression: Expression): Value {
    this.budget.spend(1);
    switch (expression.kind) {
      case "constant":
        return expression.value;
      case "interpolated": {
        const output = new Output(this.budget);
        this.render(expression.body, output);
        return output.text().slice(0, expression.trimmed === 0 ? undefined : -expression.trimmed);
      }
      case "reference":
        return this.resolve(expression.reference);
      case "list":
        return new VtlList(
          "plain",
          expression.items.map((item) => this.value(item)),
        );
      case "map":
        return this.mapOf(expression.entries);
      case "range":
        return this.range(this.value(expression.from), this.value(expression.to));
      case "arithmetic":
        return this.arithmetic(expression);
      default:
        return this.holds(expression);
    }
  }

  /**
   * Whether an #if holds: of a reference, anything but `false`; of anything else that is not a boolean, never. So
   * `#if("a")` does not hold, and `#if($empty)` does.
   */
  private holds(expression: Expression): boolean {
    this.budget.spend(1);
    switch (expression.kind) {
      case "constant":
        return expression.value === true;
      case "reference": {
        const value = this.resolve(expression.reference);
        if (isObject(value) && value.type === "block") return textOf(value, this.budget) !== undefined;
        return value !== false;
      }
      case "not":
        return !this.holds(expression.operand);
      case "and":
        return this.holds(expression.left) && this.holds(expression.right);
      case "or":
        return this.holds(expression.left) || this.holds(expression.right);
      case "comparison":
        return this.compare(expression);
      default:
        return false;
    }
  }

  private compare({ operator, left, right }: Extract<Expression, { kind: "comparison" }>): boolean {
    const first = this.value(left);
    const second = this.value(right);
    if (operator === "==") return areEqual(first, second, this.budget);
    if (operator === "!=") return !areEqual(first, second, this.budget);
    const [a, b] = [asNumber(first), asNumber(second)];
    if (a === undefined || b === undefined) return false;
    if (operator === "<") return a < b;
    if (operator === "<=") return a <= b;
    return operator === ">" ? a > b : a >= b;
  }

  private arithmetic({ operator, left, right }: Extract<Expression, { kind: "arithmetic" }>): Value {
    const first = this.value(left);
    const second = this.value(right);
    if (operator === "+" && (typeof first === "string" || typeof second === "string")) {
      const [before, after] = [textOf(first, this.budget), textOf(second, this.budget)];
      if (before === undefined || after === undefined)
        throw new VtlError("unsupported", "got a string plus a calculation without a result");
      return this.budget.text(before + after);
    }
    return calculate(operator, first, second);
  }

  private mapOf(entries: readonly (readonly [Expression, Expression])[]): VtlMap {
    const map = new VtlMap();
    for (const [key, item] of entries) map.put(keyOf(this.value(key)), this.value(item));
    return map;
  }

  /** Null if an end is not a number. */
  private range(from: Value, to: Value): Value {
    if (typeof from === "number" || typeof to === "number")
      throw new VtlError("unsupported", "got a range of decimal numbers; use whole ones");
    if (typeof from !== "bigint" || typeof to !== "bigint") return null;
    const length = (from > to ? from - to : to - from) + 1n;
    this.budget.spend(Number(length));
    const step = from > to ? -1n : 1n;
    return new VtlList(
      "plain",
      Array.from({ length: Number(length) }, (_, index) => from + step * BigInt(index)),
    );
  }

  /** An error without a place gets the reference's. */
  private placed<T>({ position }: Reference, step: () => T): T {
    try {
      return step();
    } catch (error) {
      throw error instanceof VtlError ? error.at(position) : error;
    }
  }
}

// ---------------------------------------------------------------------------------------------------- internal

/** Velocity's `define.provide.scope.control` allows a block in itself this often. */
const MOST_DEFINES = 2;

function asNumber(value: Value): bigint | number | undefined {
  if (typeof value === "bigint" || typeof value === "number") return value;
  return value instanceof VtlDecimal ? Number(value.text) : undefined;
}

/**
 * The items of a list or the values of a map, at most as many as a loop has rounds.
 *
 * @throws VtlError if it grows or shrinks meanwhile, as Java does
 */
function* iterate(of: VtlList | VtlMap, rounds: number): Generator<{ item: Value; hasNext: boolean }> {
  const items = of.type === "list" ? of.items : [...of.entries.values()];
  const changed = of.type === "list" ? (of.of ?? of) : of;
  const { changes } = changed;
  for (let index = 0; index < items.length && index < rounds; index += 1) {
    if (changed.changes !== changes)
      throw new VtlError("failed", "got a list or map that changes while #foreach goes through it");
    yield { item: items[index] ?? null, hasNext: index + 1 < items.length };
  }
}

/** The text that is rendered, which is accounted for as it grows. */
class Output {
  private readonly parts: string[] = [];
  private readonly budget: Budget;
  private readonly writeThrough: ((text: string) => void) | undefined;
  private length = 0;

  constructor(budget: Budget, writeThrough?: (text: string) => void) {
    this.budget = budget;
    this.writeThrough = writeThrough;
  }

  write(text: string): void {
    if (text === "") return;
    this.length += text.length;
    this.budget.length(this.length > this.budget.limits.textLength ? this.length : text.length);
    if (this.writeThrough === undefined) this.parts.push(text);
    else this.writeThrough(text);
  }

  text(): string {
    return this.parts.join("");
  }
}
