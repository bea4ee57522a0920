import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { main } from "#api-key";
import { recomputeAuthorization } from "../support/aws4";
import { captureIo } from "../support/captured-io";
import { runScript } from "../support/run-script";
import { SOME_CREDENTIALS, useAwsAt, writeOutputs } from "../support/stage-outputs";
import { temporaryFolder } from "../support/temporary-folder";

const VALUES: Readonly<Record<string, string>> = {
  key0demo: "demoDemoDemoDemoDemoDemo",
  key0partner: "partnerPartnerPartner",
};

/** The one route of the control plane that is called; it checks the signature with a signer from another hand. */
const controlPlane = createServer((request, response) => {
  const { method = "", url = "", headers } = request;
  const answer = (status: number, body: unknown, errorType?: string): void => {
    if (errorType) response.setHeader("x-amzn-errortype", errorType);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const expected = recomputeAuthorization(
    { method, path: url, headers: headers as Record<string, string> },
    {
      accessKeyId: SOME_CREDENTIALS.AWS_ACCESS_KEY_ID,
      secretAccessKey: SOME_CREDENTIALS.AWS_SECRET_ACCESS_KEY,
    },
    { region: "eu-west-1", service: "apigateway" },
  );
  const id = /^\/apikeys\/(\w+)\?includeValue=true$/.exec(url)?.[1];
  if (headers.authorization !== expected) {
    answer(
      403,
      { message: "The security token included in the request is invalid." },
      "UnrecognizedClientException",
    );
  } else if (method !== "GET" || !id || !VALUES[id]) {
    answer(404, { message: "Invalid API Key identifier specified" }, "NotFoundException");
  } else {
    answer(200, { id, value: VALUES[id], enabled: true });
  }
});
const folder = temporaryFolder();
const outputs = writeOutputs(folder, "outputs.json");
let endpoint: string;

beforeAll(async () => {
  controlPlane.listen(0, "127.0.0.1");
  await once(controlPlane, "listening");
  endpoint = `http://127.0.0.1:${(controlPlane.address() as AddressInfo).port}`;
});
beforeEach(() => useAwsAt(endpoint));
afterAll(async () => {
  controlPlane.closeAllConnections();
  controlPlane.close();
  await once(controlPlane, "close");
});

test.each([
  { name: "the client demo where none is named", argv: [], env: {}, value: VALUES.key0demo },
  { name: "the client of CLIENT", argv: [], env: { CLIENT: "partner" }, value: VALUES.key0partner },
  {
    name: "the client of the argument, which comes before CLIENT",
    argv: ["partner"],
    env: { CLIENT: "demo" },
    value: VALUES.key0partner,
  },
])("prints the bare key of $name", async ({ argv, env, value }) => {
  const io = captureIo();

  expect(await main([...argv, "--outputs", outputs], env, io)).toBe(0);
  expect(io.written()).toEqual({ out: `${value}\n`, err: "" });
});

test.each([
  {
    name: "an unknown client",
    argv: ["nobody"],
    message: "client 'nobody' has no API key in the saved outputs (have: demo, partner)",
  },
  {
    name: "a client by a name of every object",
    argv: ["constructor"],
    message: /^client 'constructor' has no /,
  },
  {
    name: "two clients",
    argv: ["demo", "partner"],
    message: "got 'demo partner', expected the name of one client",
  },
  {
    name: "outputs without keys",
    argv: ["--outputs", writeOutputs(folder, "old.json", { api_key_ids: undefined })],
    message: /\(have: none\)/,
  },
  {
    name: "a key that was deleted since",
    argv: ["--outputs", writeOutputs(folder, "stale.json", { api_key_ids: { demo: "gone" } })],
    message: /^the API key of client 'demo' \(gone\) does not exist in eu-west-1, .*run 'make deploy' again$/,
  },
  { name: "an unknown stage", argv: ["--stage=nope"], message: /^STAGE: got 'nope'/ },
])("$name: one line, and nothing on stdout", async ({ argv, message }) => {
  const io = captureIo();

  await expect(main(["--outputs", outputs, ...argv], {}, io)).rejects.toMatchObject({
    name: "UserError",
    message: typeof message === "string" ? message : expect.stringMatching(message),
  });
  expect(io.written()).toEqual({ out: "", err: "" });
});

test("credentials that are refused: one line", async () => {
  process.env.AWS_SECRET_ACCESS_KEY = "another";

  await expect(main(["--outputs", outputs], {}, captureIo())).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(/^AWS refused the credentials \(UnrecognizedClientException: /),
  });
});

test("as a process: the key can be piped", async () => {
  const run = await runScript(["scripts/api-key.ts", "demo", "--outputs", outputs], {
    ...SOME_CREDENTIALS,
    AWS_ENDPOINT_URL: endpoint,
  });

  expect(run).toEqual({ status: 0, out: `${VALUES.key0demo}\n`, err: "" });
});
