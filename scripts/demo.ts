import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { findDeployed, findRunning, type OpenedApi, startHere, synthesizeStage } from "./call/open-target";
import { type Io, runCommand, withHelp } from "./cli/command";
import { printTour } from "./demo/print-tour";

const USAGE = `usage: demo.ts [--stage NAME] [--outputs FILE]

Walks through the routes of the API: each called with nothing, signed, with the
API key and with both, and the answer beside the one that is promised. Exit
status 1 where they differ.

It walks locally, with the gateway of 'make dev' or one of its own. With --stage
it walks through a deployed stage: it assumes the stage's role reader, and looks
the API key of the client demo up.

  --stage NAME    a deployed stage
  --outputs FILE  the stack's outputs (default those that 'make deploy' saved)

  make demo
`;

/** Walks through the API, and tells whether it answers as promised. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { stage: { type: "string" }, outputs: { type: "string" } },
  });
  if (values.stage === undefined && values.outputs !== undefined) {
    throw new UserError("--outputs: they are those of a deployed stage, which --stage names");
  }
  const api =
    values.stage === undefined
      ? ((await findRunning(env)) ?? (await startNew(env, io)))
      : findDeployed(values.stage, values.outputs, env);
  try {
    return await printTour(api, env, io);
  } finally {
    await api.close();
  }
});

async function startNew(env: NodeJS.ProcessEnv, { err }: Io): Promise<OpenedApi> {
  err.write("no local gateway runs: starting one\n");
  const stage = await synthesizeStage(env);
  const api = await startHere(stage).catch((error: unknown) => {
    stage.remove();
    throw error;
  });
  return {
    ...api,
    close: async () => {
      await api.close();
      stage.remove();
    },
  };
}

if (require.main === module) void runCommand(main);
