import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { runCommand, withHelp } from "./cli/command";
import { runProgram } from "./cli/run-program";
import { REPORT, reportFaces } from "./self/pack/api-report";
import { buildKit } from "./self/pack/build-kit";
import { assertRelease, describeRelease } from "./self/pack/release";
import { PROJECT_ROOT } from "./self/repository";

const USAGE = `usage: pack.ts [--out FOLDER] [--tag TAG]
       pack.ts --report

Builds the kit, which projects install: its constructs, commands, handler
library and test helpers, as one npm tarball. Prints its path.

  --out FOLDER    where to write (default dist)
  --tag TAG       pack a release: its tag has to be the version, and the
                  changelog to have it; adds an SBOM and checksums
  --report        write what the faces export into ${REPORT}, and no tarball

  make pack
`;

/** Builds the kit and packs it. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { out: { type: "string" }, tag: { type: "string" }, report: { type: "boolean" } },
  });
  if (values.report) {
    writeFileSync(join(PROJECT_ROOT, REPORT), await reportFaces());
    io.err.write(`wrote ${REPORT}\n`);
    return 0;
  }
  if (values.tag !== undefined) assertRelease(values.tag);
  const out = values.out ?? join(PROJECT_ROOT, "dist");
  const folder = join(out, "package");
  mkdirSync(out, { recursive: true });
  await buildKit(folder);
  const packed = await runProgram("npm", ["pack", "--json", "--pack-destination", out], { cwd: folder, env });
  if (packed.status !== 0) throw new UserError(`npm pack failed: ${packed.err.trim()}`);
  const [{ filename, entryCount }] = JSON.parse(packed.out);
  const path = join(out, filename);
  io.err.write(`${entryCount} files, ${(statSync(path).size / 1024).toFixed(0)} kB\n`);
  if (values.tag !== undefined) await describeRelease(out, folder, filename, env);
  io.out.write(`${relative(process.cwd(), path)}\n`);
  return 0;
});

if (require.main === module) void runCommand(main);
