import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { findDeployed, findRunning, type OpenedApi, startHere, synthesizeStage } from "./call/open-target";
import { type Io, runCommand, withHelp } from "./cli/command";
import { printTour } from "./demo/print-tour";

const USAGE = `usage: demo.ts [--stage NAME] [--outputs FILE]

Takes a tour of the API: calls each route with nothing, with a signature, with
an API key and with both, and shows each answer next to the promised one. Exit
status: 1 if they differ.

The tour is local: it uses the gateway of 'make dev', or starts one. With
--stage it calls a deployed stage: it assumes the stage's role reader, and looks
up the API key of the client demo.

  --stage NAME    a deployed stage
  --outputs FILE  the stack's outputs (default: those that 'make deploy' saved)

  make demo
`;

/** Takes a tour of the API, and checks that it answers as promised. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { stage: { type: "string" }, outputs: { type: "string" } },
  });
  if (values.stage === undefined && values.outputs !== undefined) {
    throw new UserError("--outputs: got it without --stage; name the deployed stage that the outputs are of");
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
  err.write("no local gateway is running: starting one\n");
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
