import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { PROJECT_ROOT } from "../modules/bundle";
import { readSettings, stackId } from "../modules/settings";
import { UserError } from "../modules/user-error";
import { type Command, runCommand } from "./lib/command";
import { assertCredentials } from "./lib/credentials";
import { outputsPath } from "./lib/outputs";
import { assertTerraform } from "./lib/terraform";

const USAGE = `usage: deploy.ts deploy | plan | destroy [--auto-approve]

Runs CDKTF for the stage that STAGE names (default dev). 'deploy' saves the stack's outputs, without the secret ones,
in .state/. On a terminal it shows the plan and asks; elsewhere there is nobody to ask, and it goes ahead.

  STAGE=dev make deploy
`;

const VERBS = ["deploy", "plan", "destroy"];

/** Checks what a deployment needs, then runs `cdktf` on one stage's stack. */
export const main: Command = async (argv, env, io) => {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { "auto-approve": { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) {
    io.out.write(USAGE);
    return 0;
  }
  const [verb = "", ...rest] = positionals;
  if (!VERBS.includes(verb) || rest.length > 0) {
    throw new UserError(`got '${positionals.join(" ")}', expected one of ${VERBS.join(", ")}`);
  }
  const stack = stackId(readSettings(env).stageName);
  assertTerraform(env);
  await assertCredentials();

  const outputs = outputsPath(stack);
  mkdirSync(dirname(outputs), { recursive: true });
  if (verb === "plan") return runCdktf(["diff", stack], env);
  const approve = values["auto-approve"] || !process.stdin.isTTY ? ["--auto-approve"] : [];
  if (verb === "destroy") {
    const status = await runCdktf(["destroy", stack, ...approve], env);
    if (status === 0) rmSync(outputs, { force: true });
    return status;
  }
  const fresh = `${outputs}.partial`;
  const status = await runCdktf(["deploy", stack, ...approve, "--outputs-file", fresh], env);
  // Only a deployment that went through says what is deployed now.
  if (status === 0 && existsSync(fresh)) renameSync(fresh, outputs);
  else rmSync(fresh, { force: true });
  return status;
};

/** Runs the CDKTF command line on this project's terminal, and answers its exit status. */
async function runCdktf(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const cli = join(PROJECT_ROOT, "node_modules", ".bin", "cdktf");
  const child = spawn(cli, args, {
    cwd: PROJECT_ROOT,
    stdio: "inherit",
    env: { ...env, CHECKPOINT_DISABLE: "1" },
  });
  const [status] = (await once(child, "exit")) as [number | null];
  return status ?? 1;
}

if (require.main === module) void runCommand(main);
