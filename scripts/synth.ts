import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { runCommand, withHelp } from "./cli/command";
import { cdktfOut } from "./stage/cdktf-out";
import { show } from "./stage/local-folder";
import { targetStack } from "./stage/stack-name";
import { synthesize } from "./stage/synthesize";

const USAGE = `usage: synth.ts

Writes the Terraform of the stage that STAGE names (default dev), or with
STACK=bootstrap of what a team needs once per account, into cdktf.out. The same
sources give the same bytes on every machine.

  make synth STAGE=dev
`;

/** Synthesizes one stack. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  parseArgs({ args: [...argv] });
  const synthesis = await synthesize(targetStack(env), cdktfOut(env), env);
  if (!synthesis.done) throw new UserError(synthesis.error);
  io.err.write(`wrote ${show(synthesis.terraform)}\n`);
  return 0;
});

if (require.main === module) void runCommand(main);
