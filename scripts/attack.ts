import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { runCommand, withHelp } from "./cli/command";
import { paintFor } from "./cli/table";
import { hasHeld, readResults, renderResults } from "./self/attack/results";
import { PROJECT_ROOT } from "./self/repository";

/** Each area has a test file with the attacks on it. */
const FOLDER = join(PROJECT_ROOT, "test", "attack");
const AREAS = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => name.slice(0, -".test.ts".length));

const USAGE = `usage: attack.ts [AREA]... [--seed N]

Runs all attacks on the local gateway and the Lambda functions, and prints what
was tried and what held. 'make test' runs a short version of the same attacks.
Exit status: 1 if something did not hold, or if an attack does not find the hole
that was planted for it.

  AREA       one of ${AREAS.join(", ")}
             (default: all)
  --seed N   repeats the attacks of the run that printed this seed (default: a
             random seed)

  make attack
  make attack ARGS='signatures --seed 1234'
`;

/** Seeds are below this number. */
const SEEDS = 2 ** 31;

/** Runs the attacks, and reports what held. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { seed: { type: "string" } },
  });
  const unknown = positionals.find((area) => !AREAS.includes(area));
  if (unknown !== undefined)
    throw new UserError(`got the area '${unknown}', expected one of ${AREAS.join(", ")}`);
  const seed = readSeed(values.seed) ?? randomInt(SEEDS);
  const results = mkdtempSync(join(tmpdir(), "attack-"));
  try {
    const passed = await runTests(positionals, {
      ...env,
      ATTACK_RESULTS: results,
      ATTACK_SEED: String(seed),
    });
    const all = readResults(results);
    io.out.write(
      `${renderResults(all, paintFor(io.out, env))}\nseed ${seed}: --seed ${seed} repeats these attacks\n`,
    );
    return passed && all.length > 0 && all.every(hasHeld) ? 0 : 1;
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
});

function readSeed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text) || Number(text) >= SEEDS)
    throw new UserError(`--seed: got '${text}', expected a whole number from 0 to ${SEEDS - 1}`);
  return Number(text);
}

/** Runs the attacks as tests. Their output goes to stderr, so that stdout has the table alone. */
async function runTests(areas: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  const files = (areas.length > 0 ? areas : AREAS).map((area) => join(FOLDER, `${area}.test.ts`));
  const jest = join(PROJECT_ROOT, "node_modules", "jest", "bin", "jest.js");
  const child = spawn(
    process.execPath,
    [jest, "--selectProjects", "unit", "--maxWorkers=2", "--runTestsByPath", ...files],
    { cwd: PROJECT_ROOT, env, stdio: ["ignore", process.stderr, process.stderr] },
  );
  const [status] = (await once(child, "close")) as [number | null];
  return status === 0;
}

if (require.main === module) void runCommand(main);
