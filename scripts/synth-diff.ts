import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { runCommand, withHelp } from "./cli/command";
import { main as routes } from "./routes";
import { cdktfOut, terraformFile } from "./stage/cdktf-out";
import { targetStack } from "./stage/stack-name";
import { diffTexts, inDetails } from "./synth-diff/diff";

const USAGE = `usage: synth-diff.ts [--fail-on-care] BASE

Shows, without credentials, what a change does to the stage that STAGE names
(default dev), or to the bootstrap stack (STACK=bootstrap). It prints two
differences as Markdown: who can call what, and the Terraform itself. A plan
shows more, and needs credentials.

  --fail-on-care  exit with status 3 if it changes who can call what, or
                  anything of the bootstrap stack
  BASE    the cdktf.out of the branch that the change is merged into; 'make
          synth' makes the one of the change

  git worktree add ../base main && make -C ../base synth
  make synth-diff BASE=../base/cdktf.out
`;

/** Compares two syntheses of one stage. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { "fail-on-care": { type: "boolean" } },
  });
  const [base, ...others] = positionals;
  if (base === undefined || others.length > 0) {
    throw new UserError(`got ${positionals.length} syntheses, expected one (BASE=../base/cdktf.out)`);
  }
  const stack = targetStack(env);
  const before = await read(resolve(base), stack, env);
  const after = await read(cdktfOut(env), stack, env);
  const access = diffTexts(before.access, after.access, env);
  const terraform = diffTexts(before.terraform, after.terraform, env);
  // Only the stage's own stack has routes; the bootstrap stack has the roles of the workflows, and the state.
  const isStage = !env.STACK;
  const needsCare = isStage ? access !== "" : terraform !== "";
  const difference = terraform === "" ? "the same Terraform" : "different Terraform";
  io.out.write(`## ${stack}: ${needsCare ? "**needs care** · " : ""}${difference}\n\n`);
  if (isStage) {
    io.out.write(
      access === "" ? "Who can call what does not change.\n" : inDetails("Who can call what", access),
    );
  }
  if (terraform !== "") io.out.write(`\n${inDetails("Terraform", terraform)}`);
  return needsCare && values["fail-on-care"] ? NEEDS_CARE : 0;
});

/** The exit status for a change that needs care. */
const NEEDS_CARE = 3;

/** The parts of a synthesis that are compared. */
interface Synthesis {
  readonly access: string;
  readonly terraform: string;
}

async function read(outdir: string, stack: string, env: NodeJS.ProcessEnv): Promise<Synthesis> {
  let terraform: string;
  try {
    terraform = readFileSync(terraformFile(stack, outdir), "utf8");
  } catch (cause) {
    throw new UserError(`no stack ${stack} in ${outdir}: run 'make synth' there first`, { cause });
  }
  if (env.STACK) return { access: "", terraform };
  let access = "";
  const out = { write: (text: string) => (access += text) };
  await routes([], { ...env, CDKTF_OUTDIR: outdir }, { out, err: out });
  return { access, terraform };
}

if (require.main === module) void runCommand(main);
