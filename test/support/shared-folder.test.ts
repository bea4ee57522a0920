import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SHARED_FOLDER, sharedFolder, sharedJson } from "./shared-folder";
import { temporaryFolder } from "./temporary-folder";

const own = temporaryFolder();
let made = 0;
const make = async (folder: string): Promise<void> => {
  made += 1;
  writeFileSync(join(folder, "text"), `made ${made}`);
};
const textIn = (folder: string): string => readFileSync(join(folder, "text"), "utf8");

beforeEach(() => {
  made = 0;
  process.env[SHARED_FOLDER] = temporary();
});

const folders = Array.from({ length: 5 }, temporaryFolder);
const temporary = (): string => folders.pop() ?? "";

test("is made once, and each other thing by itself", async () => {
  const [one, again] = [await sharedFolder("a", own, make), await sharedFolder("a", own, make)];
  expect([again, textIn(again), made]).toEqual([one, "made 1", 1]);
  expect(textIn(await sharedFolder("b", own, make))).toBe("made 2");
  expect(existsSync(join(own, "text"))).toBe(false);
});

test("of two that are made at once one is kept, and nothing is left of the other", async () => {
  const both = await Promise.all([sharedFolder("a", own, make), sharedFolder("a", own, make)]);
  expect([new Set(both).size, made]).toEqual([1, 2]);
  expect(readdirSync(process.env[SHARED_FOLDER] ?? "")).toEqual(["a"]);
});

test("what could not be made is made again", async () => {
  await expect(sharedFolder("a", own, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(textIn(await sharedFolder("a", own, make))).toBe("made 1");
});

test("a run that shares nothing has it in the folder of the file", async () => {
  delete process.env[SHARED_FOLDER];
  expect([await sharedFolder("a", own, make), textIn(own)]).toEqual([own, "made 1"]);
});

test("so is a value, which nothing that one file does to it reaches another", () => {
  const one = sharedJson("value", () => ({ made: [++made] }));
  one.made.push(9);
  expect(sharedJson("value", () => ({ made: [++made] }))).toEqual({ made: [1] });
  expect(made).toBe(1);
  expect(readdirSync(process.env[SHARED_FOLDER] ?? "")).toEqual(["value.json"]);
});
