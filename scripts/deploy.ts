import { existsSync, renameSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { projectFolder, UserError } from "#modules/project";
import { assertCredentials } from "./aws/credentials";
import { type Io, runCommand, withHelp } from "./cli/command";
import { makePrivateFolder } from "./cli/private-files";
import { runProgram } from "./cli/run-program";
import { paintFor } from "./cli/table";
import { publishAgain, watchRemovals } from "./deploy/publish-again";
import { cdktfOut, stackFolder } from "./stage/cdktf-out";
import { assertTerraform } from "./stage/installed-terraform";
import { makeStateFolder, outputsPath } from "./stage/outputs";
import { targetStack } from "./stage/stack-name";
import { TerraformRunner } from "./stage/terraform-runner";

const USAGE = `usage: deploy.ts deploy | plan | destroy [--auto-approve]

Runs CDKTF for the stage that STAGE names (default dev), or with STACK=bootstrap
for what a team needs once per account. 'deploy' saves the stack's outputs
without the secret ones in .state/. On a terminal, 'deploy' and 'destroy' show
the plan and ask for confirmation; without a terminal they continue. API keys
are removed from Terraform's output. If parts of the API were removed, the API
is deployed once more afterwards.

  STAGE=dev make deploy
`;

const VERBS = ["deploy", "plan", "destroy"];

/** Checks what a deployment needs, then runs `cdktf` on one stage's stack. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { "auto-approve": { type: "boolean" } },
  });
  const [verb = "", ...rest] = positionals;
  if (!VERBS.includes(verb) || rest.length > 0) {
    throw new UserError(`got '${positionals.join(" ")}', expected one of ${VERBS.join(", ")}`);
  }
  const stack = targetStack(env);
  assertTerraform(env);
  await assertCredentials();

  const outputs = outputsPath(stack);
  makeStateFolder();
  // Terraform's plan is left there, with all that the state contains. The command line of CDKTF ignores CDKTF_OUTDIR.
  makePrivateFolder(stackFolder(stack, cdktfOut({})));
  const watch = watchRemovals(io.out);
  const run = (...args: string[]) => runCdktf(args, env, { ...io, out: watch });
  if (verb === "plan") return run("diff", stack);
  if (process.stdin.isTTY && !values["auto-approve"]) {
    const planned = verb === "deploy" ? await run("diff", stack) : 0;
    if (planned !== 0) return planned;
    if (!(await confirm(QUESTIONS[verb as keyof typeof QUESTIONS].replace("STACK", stack)))) return 1;
  }
  if (verb === "destroy") {
    const status = await run("destroy", stack, "--auto-approve");
    if (status === 0) rmSync(outputs, { force: true });
    return status;
  }
  const fresh = `${outputs}.partial`;
  const status = await run("deploy", stack, "--auto-approve", "--outputs-file", fresh);
  // The outputs of a failed deployment do not say what is deployed now.
  if (status === 0 && existsSync(fresh)) {
    renameSync(fresh, outputs);
    io.err.write(`saved the outputs in ${relative(process.cwd(), outputs)}\n`);
  } else rmSync(fresh, { force: true });
  if (status !== 0 || !watch.hasSeenRemoval()) return status;
  return publishAgain(new TerraformRunner(stack, env, io.err, cdktfOut({})));
});

const QUESTIONS = {
  deploy: "Deploy this to STACK? Type 'yes' to confirm: ",
  destroy: "Remove STACK with all its data? Type 'yes' to confirm: ",
};

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(question);
  terminal.close();
  return answer === "yes";
}

/**
 * Runs the CDKTF command line and returns its exit status. `CI` makes it print lines instead of drawing on the terminal,
 * so that its output can be redacted.
 */
async function runCdktf(args: readonly string[], env: NodeJS.ProcessEnv, io: Io): Promise<number> {
  const { status } = await runProgram(cdktfCommand(), args, {
    cwd: projectFolder(),
    env: { ...env, ...colourSettings(env, io), CI: "true", CHECKPOINT_DISABLE: "1" },
    out: io.out,
    err: io.err,
  });
  return status;
}

/** The CDKTF command line of the project, which a workspace may have installed above it. */
function cdktfCommand(): string {
  for (let folder = projectFolder(); ; folder = dirname(folder)) {
    const command = join(folder, "node_modules", ".bin", "cdktf");
    if (existsSync(command)) return command;
    if (folder === dirname(folder))
      throw new UserError("no cdktf in node_modules: npm install --save-dev cdktf-cli");
  }
}

/** Under CDKTF, Terraform always assumes a terminal. If there is none, it gets -no-color. */
function colourSettings(env: NodeJS.ProcessEnv, { out }: Io): NodeJS.ProcessEnv {
  const isColoured = paintFor(out, env)("bold", "x") !== "x";
  const names = ["init", "plan", "apply", "destroy"].map((verb) => `TF_CLI_ARGS_${verb}`);
  if (isColoured) return {};
  return Object.fromEntries(names.map((name) => [name, [env[name], "-no-color"].filter(Boolean).join(" ")]));
}

if (require.main === module) void runCommand(main);
