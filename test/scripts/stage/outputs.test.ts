import { statSync } from "node:fs";
import { join } from "node:path";
import { readOutputs, saveOutputs } from "#stage/outputs";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const modeOf = (path: string): number => statSync(path).mode & 0o777;

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
