import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { makeStateFolder, readOutputs, saveOutputs } from "../../../scripts/lib/outputs";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const modeOf = (path: string): number => statSync(path).mode & 0o777;

test("the folder of the state is the user's alone, also one that was everybody's", () => {
  const made = join(folder, "made");
  const open = join(folder, "open");
  mkdirSync(open, { mode: 0o755 });
  for (const path of [made, open]) {
    makeStateFolder(path);
    expect(modeOf(path)).toBe(0o700);
  }
});

test("outputs are saved without the secret ones", () => {
  const path = join(folder, "state", "stack.outputs.json");
  const json = JSON.stringify({
    stage: { value: "dev", sensitive: false },
    api_key_values: { value: { demo: "a key" }, sensitive: true },
  });
  saveOutputs("stack", json, path);
  expect(readOutputs("stack", path)).toEqual({ stage: "dev" });
  expect(modeOf(join(folder, "state"))).toBe(0o700);
});
