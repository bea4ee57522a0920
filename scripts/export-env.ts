import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { projectConfig } from "#modules/config/load-config";
import { projectFolder } from "#modules/project";
import { runCommand, withHelp } from "./cli/command";
import { setVariables } from "./cli/env-file";
import { updateFile } from "./cli/update-file";
import { outputText, readOutputs, type StackOutputs } from "./stage/outputs";
import { chosenStack } from "./stage/stack-name";

const USAGE = `usage: export-env.ts [--stage NAME] [--file FILE] [--outputs FILE]

Writes what programs need to know about a deployed stage to .env. The variables
are listed in project.config.ts. Other variables and comments in the
file stay as they are. No secrets are written.

  --stage NAME    the stage (default STAGE, or dev)
  --file FILE     the file to write (default: .env in the project's folder)
  --outputs FILE  the stack's outputs (default: those that 'make deploy' saved)

  make env STAGE=dev
`;

/** Writes `.env` from the outputs of a deployed stage. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      stage: { type: "string" },
      file: { type: "string", default: join(projectFolder(), ".env") },
      outputs: { type: "string" },
    },
  });
  const variables = readVariables(readOutputs(chosenStack(values.stage, env), values.outputs));
  updateFile(values.file, (text) => setVariables(text, variables));
  io.err.write(`wrote ${Object.keys(variables).join(", ")} to ${relative(process.cwd(), values.file)}\n`);
  return 0;
});

function readVariables(outputs: StackOutputs): Record<string, string> {
  const filled = Object.entries(projectConfig().exportedVariables ?? {}).map(([name, template]) => [
    name,
    template.replace(/\{(\w+)\}/g, (_, output: string) => outputText(outputs, output)),
  ]);
  return Object.fromEntries(filled);
}

if (require.main === module) void runCommand(main);
