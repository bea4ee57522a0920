import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { readArguments } from "#call/arguments";
import { call } from "#call/call";
import { captureIo } from "../../support/captured-io";
import { CallableApi } from "./callable-api";

/** A role that is assumed before a call: an endpoint takes STS's place, and hands out credentials of the gateway. */

const api = new CallableApi();
const EXTERNAL_ID = "partner-7";
const MFA_CODE = "123456";
let sts: Server;

/** STS, of a role whose trust policy asks for an external id and a one-time code. */
beforeAll(async () => {
  sts = createServer(async (request, response) => {
    const asked = new URLSearchParams(await text(request));
    const isTrusted = asked.get("ExternalId") === EXTERNAL_ID && asked.get("TokenCode") === MFA_CODE;
    const { accessKeyId, secretAccessKey, sessionToken } = api.gateway.credentials("writer");
    response.statusCode = isTrusted ? 200 : 403;
    response.end(
      isTrusted
        ? `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken>`
        : "<Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message>",
    );
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => sts.once("listening", listening));
});
afterAll(() => sts.close());

async function callWith(externalId: string, code: string) {
  const io = { ...captureIo(), ask: async () => code };
  const { port } = sts.address() as AddressInfo;
  const env = { AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}` };
  const role = ["--role-arn", "arn:aws:iam::111122223333:role/partner", "--external-id", externalId];
  const asked = readArguments([
    "PUT",
    "/signed/a",
    ...role,
    "--mfa-serial",
    "arn:aws:iam::111122223333:mfa/me",
  ]);
  const status = await call(asked, { env, io, localFolder: api.folder, now: Date.now });
  return { status, ...io.written() };
}

test("a role is assumed with its external id and the code of the terminal, and signs", async () => {
  const { status, out } = await callWith(EXTERNAL_ID, MFA_CODE);
  expect(status).toBe(0);
  expect(out).toMatch(/^Request {2}signed as role partner \(by profile reader of /m);
});

test.each([
  { what: "another external id", externalId: "partner-8", code: MFA_CODE },
  { what: "another code", externalId: EXTERNAL_ID, code: "654321" },
])("$what is refused in one line", async ({ externalId, code }) => {
  await expect(callWith(externalId, code)).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(
      /^cannot assume arn:aws:iam::111122223333:role\/partner \(AccessDenied: .*\)/,
    ),
  });
});
