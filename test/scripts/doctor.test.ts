import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { main } from "#doctor";
import { captureIo } from "../support/captured-io";
import { runScript } from "../support/run-script";
import { useAwsAt } from "../support/stage-outputs";
import { temporaryFolder } from "../support/temporary-folder";

const home = temporaryFolder();
const NOBODY = { HOME: home, AWS_EC2_METADATA_DISABLED: "true" };

test("without credentials it says so, and what to do, in aligned lines without colours or a stack", async () => {
  const { status, out, err } = await runScript(["scripts/doctor.ts"], NOBODY);
  expect([status, err]).toEqual([1, ""]);
  const [head = "", ...lines] = out.trimEnd().split("\n");
  const column = head.indexOf("STATUS");
  expect(lines.filter((line) => /^\S/.test(line)).map((line) => line.slice(0, column).trim())).toEqual([
    "Node.js",
    "npm",
    "packages",
    "Terraform",
    "credentials",
    "state",
    "log role",
    "environment",
    "port 3000",
  ]);
  expect(out).toMatch(/^credentials +missing +none \(.+\);\s+set\s+AWS_PROFILE/m);
  expect(out).not.toContain("\u001b");
});

test("of a session token that cannot be sent nothing is shown", async () => {
  const env = {
    AWS_ACCESS_KEY_ID: "ASIAWHOLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_SESSION_TOKEN: "IQoJsecret\nsecret",
  };
  const { out, err } = await runScript(["scripts/doctor.ts"], {
    ...NOBODY,
    ...env,
    AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  });
  expect(out).toMatch(/^credentials +missing +none \(the session token contains a space or a line break/m);
  expect(out + err).not.toContain("secret");
});

test("--json has the same as data", async () => {
  const { status, out } = await runScript(["scripts/doctor.ts", "--json"], NOBODY);
  const { ok, checks } = JSON.parse(out);
  expect([status, ok, checks.length]).toEqual([1, false, 9]);
  expect(checks[0]).toEqual({ check: "Node.js", status: "ok", found: process.version });
});

test("on a terminal what is missing is red, and NO_COLOR keeps it plain", async () => {
  const server = createServer((_, response) => response.writeHead(403).end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  useAwsAt(endpoint);
  for (const [extra, coloured] of [
    [{}, true],
    [{ NO_COLOR: "1" }, false],
  ] as const) {
    const io = captureIo({ isTTY: true });
    expect(await main([], { PATH: home, AWS_ENDPOINT_URL: endpoint, ...extra }, io)).toBe(1);
    expect(io.written().out.includes("\u001b[31mmissing")).toBe(coloured);
  }
  server.close();
});

test("a wrong setting is one line", async () => {
  const { status, out, err } = await runScript(["scripts/doctor.ts"], { STAGE: "nope" });
  expect([status, out]).toEqual([2, ""]);
  expect(err).toMatch(/^STAGE: got 'nope', expected one of dev, prod; .*\n$/);
});
