import { join } from "node:path";
import { LoadError, loadModel } from "#load/load-model";
import type { LocalRun } from "#model/local-run";
import { type Changes, IDENTITY, minimalStack } from "./minimal-stack";

/** How functions run that are not Node.js, or whose package is not here. */

const LAMBDA = "aws_lambda_function.read";
const directory = join(__dirname, "../../fixtures/terraform");

function fn(changes: Changes, run?: LocalRun, name = "read") {
  const model = loadModel({
    terraform: minimalStack(changes),
    directory,
    identity: IDENTITY,
    ...(run && { local: { file: "local.json", functions: { [name]: run } } }),
  });
  return model.functions[0];
}

const COMMAND = { command: ["python3", "app.py"], directory };
const URL_RUN = { url: "http://127.0.0.1:9000" };
const FOLDER = { directory };

test.each<[string, Changes, LocalRun]>([
  [
    "a command, for another runtime",
    { [LAMBDA]: { runtime: "python3.13", handler: "app.handler" } },
    COMMAND,
  ],
  [
    "a URL, for an image",
    {
      [LAMBDA]: {
        package_type: "Image",
        image_uri: "x",
        runtime: undefined,
        handler: undefined,
        filename: undefined,
      },
    },
    URL_RUN,
  ],
  [
    "a command, for a package in S3",
    { [LAMBDA]: { s3_bucket: "b", s3_key: "k", filename: undefined, runtime: "java21" } },
    COMMAND,
  ],
  [
    "a folder, for a package in S3",
    { [LAMBDA]: { s3_bucket: "b", s3_key: "k", filename: undefined } },
    FOLDER,
  ],
  ["folders, for layers", { [LAMBDA]: { layers: ["arn:x"] } }, { layers: [directory] }],
  [
    "a command, for a handler of its own form",
    { [LAMBDA]: { handler: "bootstrap", runtime: "provided.al2023" } },
    COMMAND,
  ],
])("%s: it runs so, and without it does not", (_, changes, run) => {
  expect(fn(changes, run)).toMatchObject({ local: run });
  expect(fn(changes, run)?.unavailable).toBeUndefined();
  expect(fn(changes)?.unavailable?.reason).toMatch(
    /; or say how it runs in local\.json: \{"functions": \{"read": \{"(?:command|directory|layers)":/,
  );
});

test.each<[string, Changes, LocalRun, string]>([
  ["layers without their folders", { [LAMBDA]: { layers: ["arn:x"] } }, FOLDER, "layers"],
  ["another runtime with a folder alone", { [LAMBDA]: { runtime: "python3.13" } }, FOLDER, "runtime"],
  [
    "a file system",
    { [LAMBDA]: { file_system_config: { arn: "x" }, runtime: "python3.13" } },
    COMMAND,
    "file_system_config",
  ],
  [
    "a durable function with layers",
    { [LAMBDA]: { layers: ["arn:x"], durable_config: { execution_timeout: 1 } } },
    { layers: [directory] },
    "durable_config",
  ],
])("%s is not settled", (_, changes, run, property) => {
  expect(fn(changes, run)?.unavailable).toMatchObject({ property });
});

test("what local.json cannot settle is not advised to be put there", () => {
  const reason = fn({ [LAMBDA]: { file_system_config: { arn: "x" } } })?.unavailable?.reason;
  expect(reason).toMatch(/not mounted/);
  expect(reason).not.toMatch(/local\.json/);
});

test("a name that no function has is a mistake", () => {
  const run = () => fn({}, COMMAND, "reed");
  expect(run).toThrow(LoadError);
  expect(run).toThrow(
    /local\.json: functions\.reed: got a function that the stack does not have, supported: read; correct the name/,
  );
});
