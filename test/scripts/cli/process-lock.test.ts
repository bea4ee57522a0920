import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockHolder, releaseLock, takeLock } from "../../../scripts/cli/process-lock.cjs";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
let count = 0;
let lock: string;
beforeEach(() => {
  mkdirSync(join(folder, String(count)));
  lock = join(folder, String(count++), "lock");
});
const remains = (): string[] => readdirSync(join(lock, ".."));

test("a lock is taken once, and can be taken again after it was given back", () => {
  expect(lockHolder(lock)).toBeUndefined();
  expect([takeLock(lock), takeLock(lock)]).toEqual([true, false]);
  expect([lockHolder(lock), readlinkSync(lock)]).toEqual([process.pid, String(process.pid)]);
  releaseLock(lock);
  expect([lockHolder(lock), remains()]).toEqual([undefined, []]);
  expect(takeLock(lock)).toBe(true);
  releaseLock(lock);
});

test("another process's lock is neither taken nor given back", () => {
  symlinkSync(String(process.ppid), lock);
  expect([takeLock(lock), lockHolder(lock)]).toEqual([false, process.ppid]);
  releaseLock(lock);
  expect(lockHolder(lock)).toBe(process.ppid);
});

test.each([
  ["has ended", () => String(spawnSync("true").pid)],
  ["had this one's id, before this one", () => String(process.pid)],
  ["is none", () => "elsewhere"],
  ["is a group of processes", () => "-1"],
])("the lock of a process that %s is taken over", (_, holder) => {
  symlinkSync(holder(), lock);
  expect(lockHolder(lock)).toBeUndefined();
  expect(takeLock(lock)).toBe(true);
  expect(remains()).toEqual(["lock"]);
  releaseLock(lock);
});

test("not while another process takes it over", () => {
  symlinkSync("elsewhere", lock);
  mkdirSync(`${lock}.removing`);
  expect(takeLock(lock)).toBe(false);
});

test("law: of many processes, one at a time is inside, though some end without giving the lock back", async () => {
  const counter = `${lock}.counter`;
  writeFileSync(counter, "0");
  symlinkSync(String(spawnSync("true").pid), lock);
  const program = `
    const { readFileSync, writeFileSync } = require("node:fs");
    const { releaseLock, takeLock } = require(${JSON.stringify(join(__dirname, "../../../scripts/cli/process-lock.cjs"))});
    const [lock, counter, dies] = process.argv.slice(1);
    for (let round = 0; round < 20; round++) {
      while (!takeLock(lock));
      const before = Number(readFileSync(counter, "utf8"));
      writeFileSync(counter, String(before + 1));
      if (dies === "yes" && round === 19) process.kill(process.pid, "SIGKILL");
      releaseLock(lock);
    }`;
  const all = Array.from({ length: 6 }, (_, index) =>
    spawn(process.execPath, ["-e", program, lock, counter, index % 2 === 0 ? "yes" : "no"], {
      stdio: "inherit",
    }),
  );
  const ends = await Promise.all(all.map((each) => once(each, "close")));
  expect(ends.filter(([status]) => status === 0)).toHaveLength(3);
  expect(readFileSync(counter, "utf8")).toBe("120");
});
