import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clientsOfCurl, type LocalFiles, localSeed, writeLocalFiles } from "#stage/local-files";
import { anApiKey } from "../../support/gateway-model";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

const FILES: LocalFiles = {
  stageUrl: "http://127.0.0.1:3000/dev",
  region: "eu-west-1",
  stage: "dev",
  stack: "app-dev",
  outputs: {
    api_key_values: { value: { demo: "value of demo" }, sensitive: true },
    endpoint: { value: "https://API/dev", sensitive: false },
    urls: { value: { notes: ["https://API/dev/notes"] }, sensitive: false },
  },
  apiKeys: [
    anApiKey({ name: "app-dev-demo-1", value: "value of demo" }),
    anApiKey({ name: "app-dev-acme", value: "value of acme" }),
    anApiKey({ name: "partner", value: "value of partner" }),
    anApiKey({ name: "../the other; key", value: "value of the other" }),
  ],
  credentials: [],
  localize: (text) => text.replaceAll("https://API", "http://127.0.0.1:3000"),
};

test("URLs lead here wherever an output has them, and API keys go by client or by their own names", () => {
  writeLocalFiles(FILES, folder);
  expect(JSON.parse(readFileSync(join(folder, "outputs.json"), "utf8"))).toEqual({
    stage_url: "http://127.0.0.1:3000/dev",
    region: "eu-west-1",
    stage: "dev",
    api_keys: {
      acme: "value of acme",
      partner: "value of partner",
      "../the other; key": "value of the other",
      demo: "value of demo",
    },
    outputs: {
      "app-dev": {
        endpoint: "http://127.0.0.1:3000/dev",
        urls: { notes: ["http://127.0.0.1:3000/dev/notes"] },
      },
    },
  });
});

test("curl has a file for each key whose name can stand in a command", () => {
  writeLocalFiles(FILES, folder);
  expect(clientsOfCurl(FILES)).toEqual(["acme", "partner", "demo"]);
  expect(readdirSync(join(folder, "curl")).sort()).toEqual(["acme.key", "demo.key", "partner.key"]);
  expect(readFileSync(join(folder, "curl", "demo.key"), "utf8")).toBe("x-api-key: value of demo\n");
});

describe("the seed, from which credentials are derived,", () => {
  const REMEDY = "; remove it, and all credentials are generated again";
  const withSeed = (text: string, mode: number): string => {
    const own = mkdtempSync(join(folder, "seeded-"));
    writeFileSync(join(own, "seed"), text);
    chmodSync(join(own, "seed"), mode);
    return own;
  };

  test("is drawn once, for the user alone", () => {
    const own = mkdtempSync(join(folder, "seeded-"));
    const seed = localSeed(own);
    expect(seed).toMatch(/^[0-9a-f]{64}$/);
    expect([localSeed(own), statSync(join(own, "seed")).mode & 0o777]).toEqual([seed, 0o600]);
  });

  test.each([
    ["is empty", "", 0o600, "got 0 characters, expected 64 hexadecimal digits"],
    ["was cut", "5eed", 0o600, "got 4 characters, expected 64 hexadecimal digits"],
    ["is something else", "x".repeat(64), 0o600, "got 64 characters, expected 64 hexadecimal digits"],
    [
      "the group may read",
      "5eed".repeat(16),
      0o640,
      "got the mode 640, expected 600, since credentials are derived from it",
    ],
    [
      "all may read",
      "5eed".repeat(16),
      0o604,
      "got the mode 604, expected 600, since credentials are derived from it",
    ],
  ])("is refused if it %s, and is not shown", (_, text, mode, fault) => {
    const own = withSeed(text, mode);
    expect(() => localSeed(own)).toThrow(`seed: ${fault}${REMEDY}`);
    expect(() => localSeed(own)).not.toThrow("5eed5eed");
  });

  test("is taken as it is if the user alone may read it", () => {
    expect(localSeed(withSeed("5eed".repeat(16), 0o400))).toBe("5eed".repeat(16));
  });
});
