import { VtlError } from "../vtl-error";
import type { CharacterSet } from "./character-set";
import type { Assertion, Pattern } from "./pattern";

/** One instruction of a compiled pattern; numbers are places in the program, slots are places in a match. */
export type Instruction =
  | { readonly op: "set"; readonly set: CharacterSet }
  | { readonly op: "assert"; readonly holds: Assertion }
  | { readonly op: "same"; readonly group: number }
  | { readonly op: "save"; readonly slot: number }
  /** Goes on at `first`, and if that does not lead to a match, at `second`. */
  | { readonly op: "split"; readonly first: number; readonly second: number }
  | { readonly op: "jump"; readonly to: number }
  /** Goes on at `to` unless nothing was taken since the place in `slot`: an empty round ends a repetition. */
  | { readonly op: "again"; readonly slot: number; readonly to: number }
  | { readonly op: "look"; readonly program: Program; readonly isNegative: boolean }
  | { readonly op: "atomic"; readonly program: Program }
  | { readonly op: "match" };

export type Program = readonly Instruction[];

/**
 * Compiles a pattern. The slots of a match are two for each group, its start and end, then those that repetitions need.
 *
 * @throws VtlError if the program is too long, such as for `(a{100}){100}`
 */
export function compile(pattern: Pattern, groups: number): { program: Program; slots: number } {
  const compiler = new Compiler(2 * (groups + 1));
  const program = compiler.whole(pattern);
  return { program, slots: compiler.slots };
}

// ---------------------------------------------------------------------------------------------------- internal

const MOST_INSTRUCTIONS = 10_000;

class Compiler {
  slots: number;
  private length = 0;

  constructor(slots: number) {
    this.slots = slots;
  }

  whole(pattern: Pattern): Program {
    const code: Instruction[] = [];
    this.add(code, pattern);
    this.push(code, { op: "match" });
    return code;
  }

  private push(code: Instruction[], instruction: Instruction): number {
    this.length += 1;
    if (this.length > MOST_INSTRUCTIONS)
      throw new VtlError("limit", "got a regular expression that repeats too much; repeat less");
    return code.push(instruction) - 1;
  }

  private add(code: Instruction[], pattern: Pattern): void {
    switch (pattern.kind) {
      case "set":
        this.push(code, { op: "set", set: pattern.set });
        return;
      case "assertion":
        this.push(code, { op: "assert", holds: pattern.holds });
        return;
      case "same":
        this.push(code, { op: "same", group: pattern.group });
        return;
      case "sequence":
        for (const item of pattern.items) this.add(code, item);
        return;
      case "choice":
        this.addChoice(code, pattern.options);
        return;
      case "group":
        this.push(code, { op: "save", slot: 2 * pattern.number });
        this.add(code, pattern.item);
        this.push(code, { op: "save", slot: 2 * pattern.number + 1 });
        return;
      case "look":
        this.push(code, { op: "look", program: this.whole(pattern.item), isNegative: pattern.isNegative });
        return;
      case "atomic":
        this.push(code, { op: "atomic", program: this.whole(pattern.item) });
        return;
      case "repeat":
        if (pattern.mode === "possessive")
          this.add(code, { kind: "atomic", item: { ...pattern, mode: "greedy" } });
        else this.addRepeat(code, pattern);
        return;
    }
  }

  private addChoice(code: Instruction[], options: readonly Pattern[]): void {
    const jumps: number[] = [];
    options.forEach((option, index) => {
      const isLast = index === options.length - 1;
      const split = isLast ? undefined : this.push(code, { op: "match" });
      this.add(code, option);
      if (split === undefined) return;
      jumps.push(this.push(code, { op: "match" }));
      code[split] = { op: "split", first: split + 1, second: code.length };
    });
    for (const jump of jumps) code[jump] = { op: "jump", to: code.length };
  }

  private addRepeat(
    code: Instruction[],
    { item, least, most, mode }: Extract<Pattern, { kind: "repeat" }>,
  ): void {
    const isLazy = mode === "lazy";
    for (let count = 0; count < least; count += 1) this.add(code, item);
    if (most === undefined) {
      const start = this.push(code, { op: "match" });
      const slot = this.slots;
      this.slots += 1;
      this.push(code, { op: "save", slot });
      this.add(code, item);
      this.push(code, { op: "again", slot, to: start });
      code[start] = split(start + 1, code.length, isLazy);
      return;
    }
    const splits: number[] = [];
    for (let count = least; count < most; count += 1) {
      splits.push(this.push(code, { op: "match" }));
      this.add(code, item);
    }
    for (const at of splits) code[at] = split(at + 1, code.length, isLazy);
  }
}

function split(into: number, past: number, isLazy: boolean): Instruction {
  return isLazy ? { op: "split", first: past, second: into } : { op: "split", first: into, second: past };
}
