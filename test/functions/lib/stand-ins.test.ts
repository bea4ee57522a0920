import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveEndpointDiscoveryConfig } from "../../../functions/lib/stand-ins/endpoint-discovery";
import { readFile } from "../../../functions/lib/stand-ins/node-fs-promises";

describe("files of settings", () => {
  const folder = mkdtempSync(join(tmpdir(), "stand-ins-"));
  const path = join(folder, "config");
  writeFileSync(path, "[default]\n");
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => {
    delete process.env["AWS_CONFIG_FILE"];
    delete process.env["AWS_SHARED_CREDENTIALS_FILE"];
  });

  test.each(["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])(
    "are read where %s names one",
    async (name) => {
      process.env[name] = path;
      expect(await readFile(path, "utf8")).toBe("[default]\n");
    },
  );

  test("are not looked for where nothing names one", async () => {
    await expect(readFile(path, "utf8")).rejects.toThrow("a Lambda has no home with files of settings");
  });
});

test("a client's configuration stays as it is without endpoint discovery", () => {
  const config = { region: "us-east-1" };
  expect(resolveEndpointDiscoveryConfig(config)).toBe(config);
});

test.each([["event-streams", "this bundle has no event streams"]])(
  "to use %s is refused, and the message says where to go",
  (name, message) => {
    expect(() => jest.requireActual(`../../../functions/lib/stand-ins/${name}`)).toThrow(message);
  },
);

test("to ask for the chain of credentials is refused", () => {
  const { defaultProvider } = jest.requireActual("../../../functions/lib/stand-ins/credential-chain");
  expect(defaultProvider).toThrow("give the client its credentials");
});
