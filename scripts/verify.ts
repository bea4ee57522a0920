import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { findDeployed, findRunning, type OpenedApi, startHere, synthesizeStage } from "./call/open-target";
import { runCommand, withHelp } from "./cli/command";
import { verifyApi } from "./verify/verify-api";

const USAGE = `usage: verify.ts [--stage NAME] [--local | --outputs FILE]

Calls every route of a deployed stage: unsigned, signed by the role reader, by
the role writer and by somebody without permission, and, where an API key is
needed, without one and with a wrong one. Each answer has to be what this folder
synthesizes; exit status 1 where one differs. Run it after a deployment: a route
that was changed and not deployed again is protected as it was before.

It changes nothing, also where a gate stands open that should not: it reads,
sends bodies that are no JSON, and removes what is not there.

  --stage NAME    the stage (default STAGE, or dev); its roles are assumed with
                  the credentials of AWS_PROFILE
  --local         not the deployed stage but the local gateway, that of 'make
                  dev' or one of its own
  --outputs FILE  the stack's outputs (default those that 'make deploy' saved)

  make verify STAGE=dev
`;

/** Compares the protection of every route with the synthesized one. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      stage: { type: "string" },
      local: { type: "boolean" },
      outputs: { type: "string" },
    },
  });
  if (values.local && values.outputs !== undefined) {
    throw new UserError("--local and --outputs: one of them; the local gateway has outputs of its own");
  }
  const staged = { ...env, STAGE: values.stage ?? env.STAGE };
  const deployed = values.local ? undefined : findDeployed(staged.STAGE || "dev", values.outputs, staged);
  const stage = await synthesizeStage(staged);
  let api: OpenedApi | undefined;
  try {
    api = deployed ?? (await findRunning(staged)) ?? (await startHere(stage));
    return await verifyApi(api.target, stage.model, env, io);
  } finally {
    await api?.close();
    stage.remove();
  }
});

if (require.main === module) void runCommand(main);
