import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { claimFolder } from "#stage/local-folder";
import { allLocalOutputs, findLocalOutputs } from "#stage/local-outputs";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const OUTPUTS = {
  stage_url: "http://127.0.0.1:3000/dev",
  region: "us-east-1",
  stage: "dev",
  api_keys: { demo: "s3cret" },
  outputs: { "app-dev": { region: "us-east-1" } },
};

function localFolder(text: string): string {
  const root = mkdtempSync(join(folder, "local-"));
  writeFileSync(join(root, "outputs.json"), text);
  return root;
}

const changed = (change: object): string => JSON.stringify({ ...OUTPUTS, ...change });

test("outputs as make dev writes them are found", () => {
  const root = localFolder(JSON.stringify(OUTPUTS));
  expect(findLocalOutputs("prod", root)).toEqual({ folder: root, outputs: OUTPUTS });
  expect(allLocalOutputs(root)).toEqual([{ folder: root, outputs: OUTPUTS }]);
});

describe("outputs that were changed by hand are refused in one line, which shows none of them", () => {
  const JSON_OBJECT = "expected a JSON object";
  const STAGE_URL = "expected stage_url to be the http address of a stage";
  const API_KEYS = "expected api_keys to have a string for each client";
  const STACKS = "expected outputs to have an object for each stack";
  test.each([
    ["", JSON_OBJECT],
    ["null", JSON_OBJECT],
    ["[]", JSON_OBJECT],
    ["7", JSON_OBJECT],
    ['"s3cret"', JSON_OBJECT],
    ['{"stage_url": ', JSON_OBJECT],
    ["{}", STAGE_URL],
    [changed({ stage_url: null }), STAGE_URL],
    [changed({ stage_url: 3000 }), STAGE_URL],
    [changed({ stage_url: "s3cret" }), STAGE_URL],
    [changed({ stage_url: "file:///etc/passwd" }), STAGE_URL],
    [changed({ stage_url: "http://a:b@127.0.0.1/dev" }), STAGE_URL],
    [changed({ stage_url: "http://127.0.0.1/dev?a" }), STAGE_URL],
    [changed({ region: undefined }), "expected region to be an AWS region"],
    [changed({ region: {} }), "expected region to be an AWS region"],
    [changed({ region: "us east" }), "expected region to be an AWS region"],
    [changed({ stage: 1 }), "expected stage to be the name of a stage"],
    [changed({ api_keys: undefined }), API_KEYS],
    [changed({ api_keys: ["s3cret"] }), API_KEYS],
    [changed({ api_keys: { demo: { value: "s3cret" } } }), API_KEYS],
    [changed({ outputs: null }), STACKS],
    [changed({ outputs: "s3cret" }), STACKS],
    [changed({ outputs: { "app-dev": null } }), STACKS],
  ])("%s", (text, fault) => {
    const root = localFolder(text);
    for (const read of [() => findLocalOutputs(undefined, root), () => allLocalOutputs(root)]) {
      expect(read).toThrow(new RegExp(`outputs\\.json: ${fault}; remove it, and start 'make dev' again$`));
      expect(read).not.toThrow("s3cret");
    }
  });

  test("a folder in its place", () => {
    const root = localFolder("");
    rmSync(join(root, "outputs.json"));
    mkdirSync(join(root, "outputs.json"));
    expect(() => findLocalOutputs(undefined, root)).toThrow(
      /^cannot read \S+outputs\.json \(EISDIR\): remove it/,
    );
  });
});

test("those of another gateway do not stand in the way", () => {
  const root = localFolder(JSON.stringify(OUTPUTS));
  claimFolder("dev", root);
  writeFileSync(join(claimFolder("prod", root).path, "outputs.json"), "not JSON");
  expect(findLocalOutputs("dev", root).outputs).toEqual(OUTPUTS);
});
