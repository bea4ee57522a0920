import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { PROJECT_ROOT } from "#self/repository";
import { temporaryFolder } from "../../support/temporary-folder";
import { CallableApi } from "./callable-api";

/** `call` and `diagnose` in a folder without a project: all that they need is on the command line and in `~/.aws`. */

const api = new CallableApi();
const folder = temporaryFolder();
const LOADER = join(PROJECT_ROOT, "scripts", "cli", "typescript.cjs");
const MISMATCH =
  '{"message":"The request signature we calculated does not match the signature you provided."}';

async function run(command: string, argv: readonly string[], input = "") {
  const child = spawn(
    process.execPath,
    ["--require", LOADER, join(PROJECT_ROOT, "scripts", `${command}.ts`), ...argv],
    {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        AWS_SHARED_CREDENTIALS_FILE: join(api.folder, "credentials"),
        AWS_EC2_METADATA_DISABLED: "true",
      },
    },
  );
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { status: child.exitCode, out, err };
}

const region = ["--region", "eu-west-1"];

test("a whole URL of this machine is called, signed by a profile of ~/.aws", async () => {
  const url = `${api.stageUrl}/signed`;
  const called = await run("call", ["GET", url, "--profile", "reader", ...region]);
  expect(called).toMatchObject({ status: 0, out: expect.stringMatching(/^Response {2}200 OK/m) });
  const refused = await run("call", ["GET", url, "--profile", "stranger", ...region]);
  expect(refused).toMatchObject({ status: 1, out: expect.stringMatching(/refused at the gate 'iam'/) });
});

test("a request of execute-api is printed as code, and one of another host is refused", async () => {
  const printed = await run("call", [
    "GET",
    "https://abc.execute-api.eu-west-1.amazonaws.com/dev/items",
    "--api-key",
    "EXAMPLEKEYVALUE12345",
    "--print",
    "curl",
  ]);
  expect(printed).toMatchObject({ status: 0, err: "" });
  expect(printed.out).toMatch(/^curl .*https:\/\/abc\.execute-api\.eu-west-1\.amazonaws\.com\/dev\/items/s);
  const other = await run("call", ["GET", "https://api.example.com/dev/items"]);
  expect(other).toMatchObject({ status: 2, err: expect.stringMatching(/^PATH: got a URL of https/) });
});

test("what needs a project says so", async () => {
  expect(await run("call", ["GET", "/items"])).toMatchObject({
    status: 2,
    err: expect.stringMatching(/^no local API: \.local\/outputs\.json does not exist/),
  });
});

test("a secret of ~/.aws proves a cause, and a profile that is not there is refused", async () => {
  const request = join(folder, "request");
  writeFileSync(request, "GET https://abc.execute-api.eu-west-1.amazonaws.com/dev/items");
  const proven = await run("diagnose", ["-", request, "--as", "reader"], MISMATCH);
  expect(proven).toMatchObject({ status: 0, err: "" });
  const missing = await run("diagnose", ["-", request, "--as", "nobody"], MISMATCH);
  expect(missing).toMatchObject({
    status: 2,
    err: expect.stringMatching(/^--as: got 'nobody', expected a profile/),
  });
  expect(readdirSync(folder)).toEqual(["request"]);
});
