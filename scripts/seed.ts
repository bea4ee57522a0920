import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { UserError } from "../modules/user-error";
import { explainingAwsMistakes } from "./lib/aws-mistakes";
import { type Command, runCommand } from "./lib/command";
import { assertCredentials } from "./lib/credentials";
import { outputText, readOutputs } from "./lib/outputs";
import { FIVE_PRODUCTS, generateProducts } from "./lib/products";
import { groupDigits, showProgress } from "./lib/progress";
import { seedProducts } from "./lib/seed-products";
import { chosenStack } from "./lib/stage";

const USAGE = `usage: seed.ts [--stage NAME] [--count N] [--outputs FILE]

Fills the products table of a deployed stage: with five products, or with N generated ones, the same each time.
Products with the same code are replaced, so it is safe to repeat, and to interrupt with Ctrl-C.

  --stage NAME    the stage (default STAGE, or dev)
  --count N       how many products to generate (default COUNT; without either, the five)
  --outputs FILE  the stack's outputs (default those that 'make deploy' saved)

  make seed STAGE=dev COUNT=1000
`;

/** What shells take for an end by Ctrl-C: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

/** Fills the products table of a deployed stage. */
export const main: Command = async (argv, env, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      stage: { type: "string" },
      count: { type: "string" },
      outputs: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    io.out.write(USAGE);
    return 0;
  }
  const count = readCount(values.count ?? env.COUNT);
  const outputs = readOutputs(chosenStack(values.stage, env), values.outputs);
  const tableName = outputText(outputs, "products_table_name");
  const region = outputText(outputs, "region");
  await assertCredentials();

  const total = count ?? FIVE_PRODUCTS.length;
  const signal = io.takeInterrupts?.();
  const progress = showProgress(io.err, total, "products");
  const client = new DynamoDBClient({ region });
  let written = 0;
  try {
    await explainingAwsMistakes(
      `table '${tableName}' does not exist in ${region}, where the outputs say it does; run 'make deploy' again`,
      () =>
        seedProducts({
          client,
          tableName,
          products: count === undefined ? FIVE_PRODUCTS : generateProducts(count),
          signal,
          onProgress: (done) => {
            written = done;
            progress.update(done);
          },
        }),
    );
  } finally {
    client.destroy();
    progress.end();
    if (written > 0 || signal?.aborted) io.err.write(`${summarize(written, total, tableName)}\n`);
  }
  return written < total ? INTERRUPTED : 0;
};

/** How many products to generate; undefined for the five. @throws UserError for anything but a whole number from 1 */
function readCount(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && Number.isSafeInteger(count)) return count;
  throw new UserError(`COUNT: got '${text}', expected a whole number from 1, such as COUNT=1000`);
}

function summarize(written: number, total: number, tableName: string): string {
  const table = `table '${tableName}'`;
  return written === total
    ? `wrote ${groupDigits(total)} products to ${table}`
    : `stopped at ${groupDigits(written)} of ${groupDigits(total)} products in ${table}; seeding again completes them`;
}

if (require.main === module) void runCommand(main);
