import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { COMMANDS } from "./commands";

/**
 * The kit's bin: `signed-api SUBCOMMAND …`. Each subcommand is a file of its own beside this one, so that one that is small
 * starts fast.
 */
interface Subcommand {
  run(name: string): Promise<void>;
}

const [, , name = "--help", ...rest] = process.argv;
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command) {
  // Node.js 22 keeps what it has compiled; older ones do not know how.
  enableCompileCache?.();
  const verb = command.verb === undefined ? [] : [command.verb];
  process.argv.splice(2, process.argv.length, ...verb, ...rest);
  const { run }: Subcommand = require(join(__dirname, `${command.script}.cjs`));
  void run(command.verb === undefined ? `signed-api ${name}` : "signed-api");
} else if (name === "--help") {
  const rows = Object.entries(COMMANDS).map(([each, { about }]) => `  ${each.padEnd(14)} ${about}`);
  process.stdout.write(
    `usage: signed-api COMMAND [ARGUMENT]...\n\n${rows.join("\n")}\n\n  npx signed-api call --help\n`,
  );
} else {
  process.stderr.write(
    `got '${name}', expected one of ${Object.keys(COMMANDS).join(", ")} (--help lists them)\n`,
  );
  process.exitCode = 2;
}
