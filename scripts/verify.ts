import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { findDeployed, findRunning, type OpenedApi, startHere, synthesizeStage } from "./call/open-target";
import { runCommand, withHelp } from "./cli/command";
import { readMatrix } from "./verify/read-matrix";
import { verifyApi } from "./verify/verify-api";

const USAGE = `usage: verify.ts [--stage NAME] [--local | --outputs FILE]

Calls every route of a deployed stage: unsigned, and signed by the role reader,
by the role writer and by a caller without permissions. If a route needs an API
key, it is also called without a key and with a wrong key. Each answer must be
the one that the stack in this folder leads to. Exit status: 1 if an answer
differs. Run it after a deployment: a route that was changed but not deployed is
protected as it was before.

It changes nothing, even if a gate is open that should be closed: it reads,
sends bodies that are not valid JSON, and deletes items that do not exist.

  --stage NAME    the stage (default STAGE, or dev); its roles are assumed with
                  the credentials of AWS_PROFILE
  --local         the local gateway instead of a deployed stage: that of 'make
                  dev', or a new one
  --expect FILE   what 'make routes ARGS=--json' printed, to compare with
                  instead of this folder's stack: a stack that was changed to
                  be less protected does not confirm itself
  --outputs FILE  the stack's outputs (default: those that 'make deploy' saved)

  make verify STAGE=dev
`;

/** Compares the protection of every route with the synthesized stack. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      stage: { type: "string" },
      local: { type: "boolean" },
      outputs: { type: "string" },
      expect: { type: "string" },
    },
  });
  if (values.local && values.outputs !== undefined) {
    throw new UserError(
      "--local and --outputs: got both, expected one of them; the local gateway has its own outputs",
    );
  }
  const staged = { ...env, STAGE: values.stage ?? env.STAGE };
  const expected = values.expect === undefined ? undefined : readMatrix(values.expect);
  const deployed = values.local ? undefined : findDeployed(staged.STAGE || "dev", values.outputs, staged);
  const stage = await synthesizeStage(staged);
  let api: OpenedApi | undefined;
  try {
    api = deployed ?? (await findRunning(staged)) ?? (await startHere(stage));
    return await verifyApi(api.target, stage.model, env, io, expected);
  } finally {
    await api?.close();
    stage.remove();
  }
});

if (require.main === module) void runCommand(main);
