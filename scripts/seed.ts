import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { projectConfig } from "#modules/config/load-config";
import type { Seed } from "#modules/config/project-config";
import { UserError } from "#modules/project";
import { explainingAwsMistakes } from "./aws/aws-mistakes";
import { assertCredentials } from "./aws/credentials";
import { type Io, runCommand, withHelp } from "./cli/command";
import { groupDigits, showProgress } from "./cli/progress";
import { outputRegion, outputText, readOutputs } from "./stage/outputs";
import { seedItems } from "./stage/seed-items";
import { seedTable } from "./stage/seed-table";
import { chosenStack } from "./stage/stack-name";

const USAGE = `usage: seed.ts [--stage NAME] [--count N] [--outputs FILE]

Fills the tables of a deployed stage with a few items, or with N generated
items, the same ones each time. Items with the same key are replaced, so it is
safe to repeat the command, or to interrupt it with Ctrl-C.

  --stage NAME    the stage (default STAGE, or dev)
  --count N       how many items to generate (default COUNT; if neither is set,
                  the few items)
  --outputs FILE  the stack's outputs (default: those that 'make deploy' saved)

  make seed STAGE=dev COUNT=1000
`;

/** The exit status after Ctrl-C, as shells have it: 128 plus the number of SIGINT. */
const INTERRUPTED = 130;

/** Fills the tables of a deployed stage. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      stage: { type: "string" },
      count: { type: "string" },
      outputs: { type: "string" },
    },
  });
  const count = readCount(values.count ?? env.COUNT);
  const outputs = readOutputs(chosenStack(values.stage, env), values.outputs);
  const region = outputRegion(outputs);
  const tables = (projectConfig().seeds ?? []).map((seed) => ({
    seed,
    tableName: outputText(outputs, seed.tableOutput),
  }));
  await assertCredentials();

  const signal = io.takeInterrupts?.();
  const client = new DynamoDBClient({ region });
  try {
    for (const { seed, tableName } of tables) {
      if (!(await fill({ client, tableName, seed, count, signal }, region, io))) return INTERRUPTED;
    }
  } finally {
    client.destroy();
  }
  return 0;
});

/** A table, and what goes into it. */
interface Filling {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly seed: Seed;
  /** How many items to generate. @default the items of the seed */
  readonly count?: number;
  readonly signal?: AbortSignal;
}

/** Fills one table. @returns whether all items are written; after an interruption they are not */
async function fill(filling: Filling, region: string, { err }: Io): Promise<boolean> {
  const { client, tableName, seed, count, signal } = filling;
  const few = seedItems(seed);
  const [items, total] =
    count !== undefined && seed.generate ? [seed.generate(count), count] : [few, few.length];
  const progress = showProgress(err, total, seed.noun);
  let written = 0;
  const onProgress = (done: number): void => {
    written = done;
    progress.update(done);
  };
  try {
    await explainingAwsMistakes(
      `table '${tableName}' does not exist in ${region}, although the outputs name it; run 'make deploy' again`,
      () => seedTable({ ...seed, client, tableName, items, signal, onProgress }),
    );
  } finally {
    progress.end();
    if (written > 0 || signal?.aborted) {
      err.write(`${summarize(written, total, seed.noun, tableName)}\n`);
    }
  }
  return written === total;
}

/** How many items to generate; undefined for the items of the seed. @throws UserError if it is not a whole number from 1 */
function readCount(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && Number.isSafeInteger(count)) return count;
  throw new UserError(`COUNT: got '${text}', expected a whole number from 1, such as COUNT=1000`);
}

function summarize(written: number, total: number, noun: string, tableName: string): string {
  return written === total
    ? `wrote ${groupDigits(total)} ${noun} to table '${tableName}'`
    : `stopped at ${groupDigits(written)} of ${groupDigits(total)} ${noun} in table '${tableName}'; run 'make seed' again to complete them`;
}

if (require.main === module) void runCommand(main);
