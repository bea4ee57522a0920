import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildSync } from "esbuild";
import { KIT_FOLDER } from "#modules/project";
import { runCommand, withHelp } from "./cli/command";

const USAGE = `usage: plan-review-bundle.ts [--out FILE]

Writes the plan review as one file that needs Node.js and nothing else. It
reviews a plan that is given; without one it cannot plan a stage.

  --out FILE  the file (default .build/plan-review.cjs)

  make plan-review-bundle && node .build/plan-review.cjs plan.json
`;

/** Bundles the plan review as one file. */
export const main = withHelp(USAGE, async (argv, _env, io) => {
  const { values } = parseArgs({ args: [...argv], options: { out: { type: "string" } } });
  const file = values.out ?? join(KIT_FOLDER, ".build", "plan-review.cjs");
  const nothing = join(KIT_FOLDER, "scripts", "self", "nothing.cjs");
  buildSync({
    entryPoints: [join(KIT_FOLDER, "scripts", "plan-review.ts")],
    outfile: file,
    absWorkingDir: KIT_FOLDER,
    bundle: true,
    platform: "node",
    target: "node20.19",
    minify: true,
    logLevel: "error",
    // The settings of stages ask for the bundler's version; a review of a given plan bundles nothing.
    alias: { esbuild: nothing },
  });
  io.err.write(`wrote ${file}\n`);
  return 0;
});

if (require.main === module) void runCommand(main);
