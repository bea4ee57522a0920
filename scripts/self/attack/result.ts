import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What came of one attack. */
export interface AttackResult {
  /** What is attacked: `signatures`. */
  readonly area: string;
  /** What was tried: `bit flips`. */
  readonly what: string;
  /** How often it was tried, counted one by one. */
  readonly tried: number;
  /** How often what was attacked withstood. */
  readonly held: number;
  /** The first of the holes that were found, a line for each. */
  readonly holes: readonly string[];
  /** What all the attack's chance was drawn from. */
  readonly seed: number;
  readonly seconds: number;
  /** Whether the attack also finds a hole where one was made on purpose; false until it was seen to. */
  readonly proven: boolean;
}

/** Whether everything held, and that means something: something was tried, and a hole would have been found. */
export function hasHeld({ tried, held, proven }: AttackResult): boolean {
  return proven && tried > 0 && held === tried;
}

/** Keeps a result in a folder. One of the same attack that is already there is replaced. */
export function saveResult(folder: string, result: AttackResult): void {
  const name = encodeURIComponent(`${result.area} ${result.what}`);
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(result));
}

/** The results in a folder, sorted by area and what was tried. */
export function readResults(folder: string): readonly AttackResult[] {
  return readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
}
