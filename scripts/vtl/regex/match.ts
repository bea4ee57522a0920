import type { Budget } from "../limits";
import type { Program } from "./program";

/**
 * Where each group of a match starts and ends, two places a group, the whole match first; -1 if a group has no part in it.
 */
export type Match = readonly number[];

/**
 * The match at a place, in Java's order of preference. It backtracks, so that a pattern such as `(a+)+$` takes exponential
 * time; each instruction is a step of the budget, which ends it.
 *
 * @param toEnd - only a match that ends at the end of the text counts
 * @throws VtlError once the budget is spent
 */
export function matchAt(
  { program, slots: count }: { program: Program; slots: number },
  text: string,
  at: number,
  budget: Budget,
  toEnd = false,
): Match | undefined {
  const slots = new Array<number>(count).fill(-1);
  const end = run(program, text, at, slots, budget, toEnd);
  if (end === undefined) return undefined;
  slots[0] = at;
  slots[1] = end;
  return slots;
}

// ---------------------------------------------------------------------------------------------------- internal

/** @returns where the match ends; without one, the slots are as they were */
function run(
  program: Program,
  text: string,
  start: number,
  slots: number[],
  budget: Budget,
  toEnd: boolean,
): number | undefined {
  /** Pairs: a place in the text and one in the program to go on from, or an old value and `-1 - slot` to put it back to. */
  const undo: number[] = [];
  let at = start;
  let next = 0;

  /** Goes back to the last choice; false if there is none. */
  const goBack = (): boolean => {
    for (;;) {
      const place = undo.pop();
      const value = undo.pop();
      if (place === undefined || value === undefined) return false;
      if (place >= 0) {
        next = place;
        at = value;
        return true;
      }
      slots[-1 - place] = value;
    }
  };
  const set = (slot: number, value: number): void => {
    undo.push(slots[slot] ?? -1, -1 - slot);
    slots[slot] = value;
  };
  /** Runs a part of its own; what it saved can be put back later. */
  const runPart = (part: Program): number | undefined => {
    const before = [...slots];
    const end = run(part, text, at, slots, budget, false);
    before.forEach((value, slot) => {
      if (slots[slot] !== value) undo.push(value, -1 - slot);
    });
    return end;
  };

  for (;;) {
    budget.spend(1);
    const instruction = program[next];
    if (instruction === undefined) return undefined;
    next += 1;
    let holds = true;
    switch (instruction.op) {
      case "set": {
        const code = text.codePointAt(at);
        holds = code !== undefined && instruction.set(code);
        if (code !== undefined) at += code > 0xffff ? 2 : 1;
        break;
      }
      case "assert":
        holds = instruction.holds(text, at);
        break;
      case "same": {
        const from = slots[2 * instruction.group] ?? -1;
        const to = slots[2 * instruction.group + 1] ?? -1;
        const taken = text.slice(from, to);
        budget.length(taken.length);
        holds = from >= 0 && to >= 0 && text.startsWith(taken, at);
        at += taken.length;
        break;
      }
      case "save":
        set(instruction.slot, at);
        break;
      case "split":
        undo.push(at, instruction.second);
        next = instruction.first;
        break;
      case "jump":
        next = instruction.to;
        break;
      case "again":
        if (slots[instruction.slot] !== at) next = instruction.to;
        break;
      case "look": {
        const end = runPart(instruction.program);
        holds = (end === undefined) === instruction.isNegative;
        break;
      }
      case "atomic": {
        const end = runPart(instruction.program);
        holds = end !== undefined;
        at = end ?? at;
        break;
      }
      case "match":
        holds = !toEnd || at === text.length;
        if (holds) return at;
        break;
    }
    if (!holds && !goBack()) return undefined;
  }
}
