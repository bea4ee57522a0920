import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { runCommand, withHelp } from "./cli/command";
import { writeProject } from "./new-project/write-project";
import { show } from "./stage/local-folder";

const USAGE = `usage: new.ts DIR [--name NAME] [--kit PACKAGE]

Writes a small project that uses the kit: a table, two functions and three
routes (open, signed, and with an API key), their tests and commands. DIR has to
be empty, or not to be there.

  --name NAME     what every name in AWS begins with (default that of DIR)
  --kit PACKAGE   the kit's tarball, or a version that npm finds (default this
                  one's)

  make new DIR=../orders NAME=orders
`;

/** Writes a project. */
export const main = withHelp(USAGE, async (argv, _env, io) => {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { name: { type: "string" }, kit: { type: "string" } },
  });
  const [dir, ...others] = positionals;
  if (!dir || others.length > 0) {
    throw new UserError(`got '${positionals.join(" ")}', expected one folder (DIR=../orders)`);
  }
  const folder = resolve(dir);
  const files = writeProject({ folder, name: values.name || undefined, kit: values.kit || undefined });
  io.err.write(
    `wrote ${files} files into ${show(folder)}; next: cd ${show(folder)} && npm install && make dev\n`,
  );
  return 0;
});

if (require.main === module) void runCommand(main);
