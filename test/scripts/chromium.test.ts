import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { main } from "#chromium";
import { UserError } from "#modules/project";
import { captureIo } from "../support/captured-io";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const [first, second] = [join(folder, "first"), join(folder, "second")];

beforeAll(() => {
  mkdirSync(join(first, "chromium"), { recursive: true });
  mkdirSync(second);
  for (const name of ["google-chrome", "chromium-browser", "mine"]) {
    writeFileSync(join(second, name), "");
    chmodSync(join(second, name), 0o755);
  }
  writeFileSync(join(second, "chromium"), "");
  chmodSync(join(second, "chromium"), 0o644);
});

async function find(env: NodeJS.ProcessEnv): Promise<string> {
  const io = captureIo();
  expect(await main([], env, io)).toBe(0);
  return io.written().out;
}

const PATH = [first, "", second].join(delimiter);

test.each([
  ["the first of the known names that is a program", {}, "chromium-browser"],
  ["another name", { CHROMIUM: "mine" }, "mine"],
  ["a path", { CHROMIUM: join(second, "mine"), PATH: "" }, "mine"],
  ["nothing more than its PATH for an empty name", { CHROMIUM: "" }, "chromium-browser"],
])("takes %s", async (_name, env, found) => {
  expect(await find({ PATH, ...env })).toBe(`${join(second, found)}\n`);
});

test.each([
  ["nothing on the PATH", { PATH: first }, "chromium, chromium-browser, google-chrome"],
  ["no PATH", {}, "chromium, chromium-browser, google-chrome"],
  ["a name that is no program", { PATH, CHROMIUM: "chromium" }, "chromium"],
  ["a path that leads nowhere", { PATH, CHROMIUM: "/nowhere/chromium" }, "/nowhere/chromium"],
])("with %s it says in one line what to install", async (_name, env, names) => {
  const told = `no Chromium: ${names} not found; install the package chromium (apt-get install chromium), or set CHROMIUM to its path`;
  await expect(main([], env, captureIo())).rejects.toThrow(new UserError(told));
});
