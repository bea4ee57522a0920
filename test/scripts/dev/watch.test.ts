import { EventEmitter, once } from "node:events";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { watchSources } from "#dev/watch";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const calls = new EventEmitter();
let root: string;
let stop: () => void;

beforeEach(() => {
  root = mkdtempSync(join(folder, "root-"));
  for (const path of ["main.ts", "functions/a/index.ts", "modules/m.ts", "scripts/s.ts"]) write(path, "0");
  stop = watchSources(async () => {
    calls.emit("call");
  }, root);
});
afterEach(() => stop());

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Saves as many editors do: a new file takes the place of the old one. */
function replace(path: string, text: string): void {
  write(`${path}~`, text);
  renameSync(join(root, `${path}~`), join(root, path));
}

test.each(["main.ts", "functions/a/index.ts", "modules/m.ts"])("every save of %s is seen", async (path) => {
  const saves = [write, replace, replace, write, replace];
  for (const [index, save] of saves.entries()) {
    const call = once(calls, "call");
    save(path, String(index));
    await call;
  }
});

test("what has changed is reported", async () => {
  stop();
  const paths = new Set<string>();
  stop = watchSources(async (changed) => {
    for (const path of changed) paths.add(path);
    if (paths.size === 3) calls.emit("call");
  }, root);
  const call = once(calls, "call");
  write("functions/a/index.ts", "1");
  write("modules/m.ts", "1");
  write("main.ts", "1");
  await call;
  expect([...paths].sort()).toEqual(["functions/a/index.ts", "main.ts", "modules/m.ts"]);
});

test("a new folder is watched, its files and folders too, and gone again", async () => {
  const changes = [
    () => write("functions/b/index.ts", "1"),
    () => replace("functions/b/index.ts", "2"),
    () => write("functions/b/deeper/still/x.ts", "3"),
    () => write("functions/b/deeper/still/x.ts", "4"),
    () => rmSync(join(root, "functions/b"), { recursive: true }),
    () => write("functions/b/index.ts", "5"),
    () => write("functions/b/index.ts", "6"),
  ];
  for (const change of changes) {
    const call = once(calls, "call");
    change();
    await call;
  }
});

test("what a stack is not made from is not seen", async () => {
  let count = 0;
  calls.on("call", () => {
    count += 1;
  });
  write("scripts/s.ts", "1");
  write("README.md", "1");
  // By the time that this is seen, those would have been.
  const call = once(calls, "call");
  write("main.ts", "1");
  await call;
  calls.removeAllListeners();
  expect(count).toBe(1);
});

test("changes during a call lead to one more, when it is over", async () => {
  stop();
  const begun = new EventEmitter();
  let finish = (): void => {};
  let underWay = 0;
  stop = watchSources(async () => {
    underWay += 1;
    begun.emit("begun", underWay);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    underWay -= 1;
  }, root);

  const first = once(begun, "begun");
  write("main.ts", "1");
  await first;
  // A second watcher sees each change after the first one did.
  const stopOther = watchSources(async () => {
    calls.emit("call");
  }, root);
  for (const text of ["2", "3"]) {
    const seen = once(calls, "call");
    write("main.ts", text);
    await seen;
  }
  stopOther();
  const second = once(begun, "begun");
  finish();
  expect(await second).toEqual([1]);
  finish();
});
