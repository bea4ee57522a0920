import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { loadModel } from "#load/load-model";
import { ACCOUNT_ID, apiTerraform } from "../../../support/api-terraform";
import { type LocalGateway, SEED, startGateway } from "../../../support/local-gateway";
import { temporaryFolder } from "../../../support/temporary-folder";

/** Routes whose functions run by a command, by a URL, or from a folder, as `local.json` says. */

const folder = temporaryFolder();
const layer = join(folder, "layer");
mkdirSync(join(layer, "nodejs/node_modules/shared"), { recursive: true });
writeFileSync(join(layer, "nodejs/node_modules/shared/index.js"), "exports.text = 'of the layer';");
const task = join(folder, "task");
mkdirSync(task);
writeFileSync(join(task, "index.js"), "exports.handler = async () => ({ body: require('shared').text });");
writeFileSync(
  join(folder, "bootstrap.cjs"),
  `const base = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime/invocation/";
(async () => {
  for (;;) {
    const next = await fetch(base + "next");
    const { path } = await next.json();
    if (path === "/crash") process.exit(1);
    if (path === "/hang") await new Promise(() => setInterval(() => undefined, 1000));
    const body = path === "/garbage" ? "{" : JSON.stringify({ statusCode: 201, body: path });
    await fetch(base + next.headers.get("lambda-runtime-aws-request-id") + "/response", { method: "POST", body });
  }
})();`,
);

/** What a container with the runtime interface emulator answers. */
const container = createServer(async (incoming, outgoing) => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { path } = JSON.parse(Buffer.concat(chunks).toString());
  if (path === "/url-slow") return;
  if (path === "/url-broken") return void outgoing.destroy();
  if (path === "/url-error") return void outgoing.end('{"errorType":"E","errorMessage":"no"}');
  if (path === "/url-large") return void outgoing.end("x".repeat(6_300_000));
  outgoing.end(JSON.stringify({ body: `${incoming.method} ${incoming.url}` }));
});

const ROUTES = {
  python: ["/ok", "/garbage", "/crash", "/hang"],
  image: ["/url", "/url-slow", "/url-broken", "/url-error", "/url-large"],
  layered: ["/layered"],
  unsettled: ["/unsettled"],
} as const;
const source = "unused";

let gateway: LocalGateway;
beforeAll(async () => {
  await new Promise<void>((done) => container.listen(0, "127.0.0.1", done));
  const { port } = container.address() as AddressInfo;
  const python = { runtime: "python3.13", handler: "app.handler", timeout: 2 };
  const terraform = apiTerraform(
    {
      routes: Object.entries(ROUTES).flatMap(([lambda, paths]) =>
        paths.map((path) => ({ route: `GET ${path}`, lambda })),
      ),
      functions: {
        python: { source, properties: python },
        image: { source, properties: { ...python, package_type: "Image", image_uri: "x" } },
        layered: { source, properties: { layers: ["arn:x"], runtime: "nodejs22.x" } },
        unsettled: { source, properties: python },
      },
    },
    folder,
  );
  const functions = {
    python: { command: [process.execPath, "bootstrap.cjs"], directory: folder },
    image: { url: `http://127.0.0.1:${port}` },
    layered: { directory: task, layers: [layer] },
  };
  const local = { file: "local.json", functions };
  const identity = { accountId: ACCOUNT_ID, seed: SEED };
  gateway = await startGateway(loadModel({ terraform, directory: folder, identity, local }));
});
afterAll(async () => {
  await gateway.api.close();
  container.closeAllConnections();
  container.close();
});

const BROKEN = '{"message": "Internal server error"}';

test.each([
  ["/ok", 201, "/ok"],
  ["/garbage", 502, BROKEN],
  ["/crash", 502, BROKEN],
  ["/hang", 502, BROKEN],
  ["/url", 200, "POST /2015-03-31/functions/function/invocations"],
  ["/url-slow", 502, BROKEN],
  ["/url-broken", 502, BROKEN],
  ["/url-error", 502, BROKEN],
  ["/url-large", 502, BROKEN],
  ["/layered", 200, "of the layer"],
])("GET %s: %d", async (path, status, body) => {
  const answer = await fetch(`${gateway.url}/dev${path}`);
  expect([answer.status, await answer.text()]).toEqual([status, body]);
});

test("without a word of it, the route answers 501, and the log says what to put into local.json", async () => {
  const answer = await fetch(`${gateway.url}/dev/unsettled`);
  expect(answer.status).toBe(501);
  expect(gateway.log.at(-1)?.reason).toBe(
    'aws_lambda_function.unsettled.runtime: got "python3.13", supported: a Node.js runtime such as nodejs24.x; correct it; or say how it runs in local.json: {"functions": {"unsettled": {"command": ["python3", "-m", "awslambdaric", "app.handler"], "directory": "FOLDER"} or {"url": "http://127.0.0.1:9000"}}}',
  );
});
