import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArguments } from "#call/arguments";
import { type Destination, findDestination } from "#call/destination";
import { claimFolder } from "#stage/local-folder";
import { anApi } from "../../support/gateway-model";
import { writeOutputs } from "../../support/stage-outputs";
import { temporaryFolder } from "../../support/temporary-folder";
import { CallableApi } from "./callable-api";

/** Where a pasted URL leads, and a path that was copied with its stage. */

const folder = temporaryFolder();
const api = new CallableApi();

const DEPLOYED = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev";
const saved = writeOutputs(folder, "saved.json");

/** A `.local` whose gateway serves dev on port 3000, and beside it one that serves prod on 3001. */
function twoGateways(): string {
  const root = mkdtempSync(join(folder, "local-"));
  for (const [stage, port] of [
    ["dev", 3000],
    ["prod", 3001],
  ] as const) {
    const { path } = claimFolder(stage, root);
    const stage_url = `http://127.0.0.1:${port}/${stage}`;
    const outputs = {
      stage_url,
      region: "us-east-1",
      stage,
      api_keys: {},
      outputs: { [`app-${stage}`]: {} },
    };
    writeFileSync(join(path, "outputs.json"), JSON.stringify(outputs));
  }
  return root;
}
const local = twoGateways();

async function destination(
  words: string,
  { routes, env = {} }: { routes?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<Pick<Destination, "path" | "note"> & { readonly baseUrl: string; readonly region: string }> {
  const { target, path, note } = await findDestination({
    asked: readArguments(words.split(" ")),
    env,
    localFolder: local,
    routesOf: async () => routes && anApi(routes),
    savedOutputs: (stack) => (stack.endsWith("-dev") ? saved : join(folder, "not-there.json")),
  });
  return { baseUrl: target.baseUrl, region: target.region, path, note };
}

/** A stranger's. */
const OTHER_API = "https://zzzzzzzzzz.execute-api.us-west-2.amazonaws.com/dev/products?a=b";

describe("a whole URL leads to", () => {
  test.each([
    [
      "the local gateway",
      "http://127.0.0.1:3000/dev/products?limit=1&nextToken=a%20b",
      "/products?limit=1&nextToken=a%20b",
    ],
    ["it by another name", "http://localhost:3000/dev/products", "/products"],
    ["its stage alone", "http://127.0.0.1:3000/dev", "/"],
    ["its stage with a query", "HTTP://127.0.0.1:3000/dev?a=b#c", "/?a=b"],
    ["a path that begins with the stage once more", "http://127.0.0.1:3000/dev/dev/x", "/dev/x"],
  ])("%s", async (_, url, path) => {
    expect(await destination(`GET ${url}`)).toEqual({
      baseUrl: "http://127.0.0.1:3000/dev",
      region: "us-east-1",
      path,
    });
    expect(await destination(`GET ${url} --local`)).toMatchObject({ path });
  });

  test("the gateway of another stage that runs beside it, whatever STAGE says", async () => {
    const found = { baseUrl: "http://127.0.0.1:3001/prod", path: "/products" };
    expect(
      await destination("GET http://127.0.0.1:3001/prod/products", { env: { STAGE: "dev" } }),
    ).toMatchObject(found);
  });

  test("a stage that was deployed from here", async () => {
    const found = { baseUrl: DEPLOYED, region: "eu-west-1", path: "/products?limit=1" };
    expect(await destination(`GET ${DEPLOYED}/products?limit=1`)).toEqual(found);
    expect(await destination(`GET ${DEPLOYED}/products --stage dev --outputs ${saved}`)).toMatchObject({
      baseUrl: DEPLOYED,
    });
    expect(await destination(`GET ${DEPLOYED}/products --region us-west-2`)).toMatchObject({
      region: "us-west-2",
    });
  });

  test("another API at the address of execute-api", async () => {
    const found = {
      baseUrl: OTHER_API.replace("/products?a=b", ""),
      region: "us-west-2",
      path: "/products?a=b",
    };
    expect(await destination(`GET ${OTHER_API}`)).toEqual(found);
  });

  test("what --url names", async () => {
    expect(
      await destination("GET https://api.example.com/v1/a?b --url https://api.example.com/v1"),
    ).toMatchObject({
      baseUrl: "https://api.example.com/v1",
      path: "/a?b",
    });
  });
});

describe("a whole URL is refused, and nothing is sent:", () => {
  const foreign =
    /^PATH: got a URL of \S+, expected one of a local gateway or of a stage that was deployed from here \(have: http:\/\/127\.0\.0\.1:3000\/dev, http:\/\/127\.0\.0\.1:3001\/prod, https:\/\/a1b2c3d4e5\.\S+\/dev\); for another API, name its stage with --url and give the PATH below it$/;
  test.each([
    ["another host", "GET https://example.com/dev/products", foreign],
    ["a host that begins alike", "GET http://127.0.0.1.example.com:3000/dev/products", foreign],
    ["another loopback address", "GET http://127.0.0.2:3000/dev/products", foreign],
    ["another port", "GET http://127.0.0.1:30001/dev/products", foreign],
    ["another scheme", "GET https://127.0.0.1:3000/dev/products", foreign],
    ["another API, not encrypted", `GET ${OTHER_API.replace("https", "http")}`, foreign],
    [
      "a host that ends alike",
      `GET ${OTHER_API.replace("amazonaws.com", "amazonaws.com.example.com")}`,
      foreign,
    ],
    ["another API without its stage", `GET ${new URL(OTHER_API).origin}/`, foreign],
    [
      "a host behind a name of this one",
      "GET http://127.0.0.1:3000@example.com/dev/x",
      /^PATH: got a URL with a user or a password;/,
    ],
    [
      "no stage",
      "GET http://127.0.0.1:3000/products?key=s3cret",
      /^PATH: got 'http:\/\/127\.0\.0\.1:3000\/products', expected a URL that begins with http:\/\/127\.0\.0\.1:3000\/dev\/$/,
    ],
    ["a stage that begins alike", "GET http://127.0.0.1:3000/development", /expected a URL that begins with/],
    [
      "dots that leave the stage",
      "GET http://127.0.0.1:3000/dev/../products",
      /expected a URL that begins with/,
    ],
    [
      "another one than the named target",
      `GET ${DEPLOYED}/products --local`,
      /^PATH: got a URL of \S+, expected one of .*\(have: http:\/\/127\.0\.0\.1:3000\/dev\);/,
    ],
    [
      "another one than --url",
      "GET https://a.example/b --url https://c.example/",
      /\(have: https:\/\/c\.example\);/,
    ],
    ["what is no URL", "GET https://", /^PATH: got 'https:\/\/', expected a path that begins with '\/'/],
  ])("%s", async (_, words, message) => {
    await expect(destination(words)).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(message),
    });
  });
});

describe("a path that begins with the stage", () => {
  const note = (path: string, called: string) => `PATH: ${path} begins with the stage; ${called} is called`;
  test.each([
    ["/dev/products?token=s3cret", "/products?token=s3cret", note("/dev/products", "/products")],
    ["/dev", "/", note("/dev", "/")],
    ["/dev?a=b", "/?a=b", note("/dev", "/")],
    ["/dev/dev/x", "/dev/x", note("/dev/dev/x", "/dev/x")],
    ["/products", "/products", undefined],
    ["/development/x", "/development/x", undefined],
  ])("%s is understood", async (path, called, told) => {
    expect(await destination(`GET ${path}`, { routes: ["GET /products"] })).toMatchObject({
      path: called,
      note: told,
    });
    expect(await destination(`GET ${path}`)).toMatchObject({ path: called, note: told });
  });

  test.each([
    ["begins so", ["GET /dev/products"]],
    ["begins so, with another method", ["PUT /dev/{code}"]],
    ["takes any path", ["ANY /{proxy+}"]],
  ])("stays as it is if a route of the API %s", async (_, routes) => {
    expect(await destination("GET /dev/products", { routes })).toMatchObject({
      path: "/dev/products",
      note: undefined,
    });
  });
});

describe("STAGE says which of several gateways is meant", () => {
  test.each([
    ["dev", "http://127.0.0.1:3000/dev"],
    ["prod", "http://127.0.0.1:3001/prod"],
    [undefined, "http://127.0.0.1:3000/dev"],
    ["test", "http://127.0.0.1:3000/dev"],
  ])("%s", async (STAGE, baseUrl) => {
    expect(await destination("GET /x", { env: { STAGE } })).toMatchObject({ baseUrl });
  });

  test("not one that has ended, whose files are still there", async () => {
    mkdirSync(join(local, "test"));
    writeFileSync(join(local, "test", "outputs.json"), "not JSON");
    expect(await destination("GET /x", { env: { STAGE: "test" } })).toMatchObject({
      baseUrl: "http://127.0.0.1:3000/dev",
    });
  });
});

test("both are called, and what was understood is reported on the standard error", async () => {
  const called = await api.call(["GET", `${api.stageUrl}/signed?a=b&c=d`, "--as", "reader"]);
  expect(called).toMatchObject({ status: 0, err: "" });
  expect(called.out).toContain("/dev/signed?a=b&c=d");
  expect(await api.call(["GET", "/dev/open", "--unsigned"])).toMatchObject({
    status: 0,
    err: "PATH: /dev/open begins with the stage; /open is called\n",
  });
  expect(await api.call(["GET", "/dev/dev/open", "--unsigned"])).toMatchObject({ status: 1 });
});
