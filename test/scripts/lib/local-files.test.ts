import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clientsOfCurl, type LocalFiles, writeLocalFiles } from "../../../scripts/lib/local-files";
import { anApiKey } from "../../support/gateway-model";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

const FILES: LocalFiles = {
  stageUrl: "http://127.0.0.1:3000/dev",
  region: "eu-west-1",
  stage: "dev",
  stack: "app-dev",
  outputs: { api_key_values: { value: { demo: "value of demo" }, sensitive: true } },
  apiKeys: [
    anApiKey({ name: "app-dev-demo-1", value: "value of demo" }),
    anApiKey({ name: "app-dev-acme", value: "value of acme" }),
    anApiKey({ name: "partner", value: "value of partner" }),
    anApiKey({ name: "../the other; key", value: "value of the other" }),
  ],
  credentials: [],
  localize: (text) => text,
};

test("API keys go by their client where the stack puts them out, and by their own names otherwise", () => {
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
    outputs: { "app-dev": {} },
  });
});

test("curl has a file for each key whose name can stand in a command", () => {
  writeLocalFiles(FILES, folder);
  expect(clientsOfCurl(FILES)).toEqual(["acme", "partner", "demo"]);
  expect(readdirSync(join(folder, "curl")).sort()).toEqual(["acme.key", "demo.key", "partner.key"]);
  expect(readFileSync(join(folder, "curl", "demo.key"), "utf8")).toBe("x-api-key: value of demo\n");
});
