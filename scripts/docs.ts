import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { PROJECT_ROOT } from "../modules/bundle";
import { EXAMPLE } from "./docs/example";
import { startExampleGateway } from "./docs/example-gateway";
import { writeSigningGuide } from "./docs/signing-guide";
import { type Command, runCommand } from "./lib/command";
import { synthesizeStage } from "./walk/open-api";

const USAGE = `usage: docs.ts [--out FILE]

Writes docs/signing.md from a run of the local gateway, with a fixed clock and the keys of AWS's documentation.

  --out FILE  where to write it instead

  make docs
`;

/** Writes the pages that come from a real run. */
export const main: Command = async (argv, env, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { out: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) {
    io.out.write(USAGE);
    return 0;
  }
  const path = values.out ?? join(PROJECT_ROOT, "docs", "signing.md");
  const text = await renderSigningGuide(env);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  io.err.write(`wrote ${relative(process.cwd(), path)}\n`);
  return 0;
};

/** The page on signing, of the stage of the example whatever the environment says. */
async function renderSigningGuide(env: NodeJS.ProcessEnv): Promise<string> {
  const settings = { STAGE: EXAMPLE.stage, AWS_REGION: EXAMPLE.region, TF_STATE_BUCKET: "" };
  const stage = await synthesizeStage({ ...env, ...settings }, "example");
  try {
    const gateway = await startExampleGateway(stage.model);
    try {
      return await writeSigningGuide(gateway);
    } finally {
      await gateway.close();
    }
  } finally {
    stage.remove();
  }
}

if (require.main === module) void runCommand(main);
