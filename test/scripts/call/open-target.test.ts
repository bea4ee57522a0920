import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { findRunning } from "#call/open-target";
import { temporaryFolder } from "../../support/temporary-folder";

const ENV = { STAGE: "dev" };
const folder = temporaryFolder();
const servers: Server[] = [];

afterAll(() => {
  for (const server of servers) server.close();
});

/** A program that listens, and answers with these headers. @returns the folder that says it is the gateway */
async function listening(headers: Record<string, string>, stage = "dev"): Promise<string> {
  const server = createServer((_, response) => response.writeHead(403, headers).end());
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return outputsOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${stage}`);
}

function outputsOf(stage_url: string): string {
  const outputs = { stage_url, region: "us-east-1", stage: "dev", api_keys: {}, outputs: {} };
  const local = mkdtempSync(join(folder, "local-"));
  writeFileSync(join(local, "outputs.json"), JSON.stringify(outputs));
  return local;
}

describe("the gateway of make dev is used", () => {
  test("where it answers for the stage", async () => {
    const found = await findRunning(ENV, await listening({ "x-amzn-RequestId": "1" }));

    expect(found).toMatchObject({ startedHere: false, target: { kind: "local", region: "us-east-1" } });
  });

  test.each([
    { name: "it never ran here", folder: async () => "/nonexistent" },
    { name: "it has ended", folder: async () => outputsOf("http://127.0.0.1:1/dev") },
    { name: "another program listens there", folder: () => listening({ server: "vite" }) },
    { name: "it serves another stage", folder: () => listening({ "x-amzn-RequestId": "1" }, "prod") },
  ])("but not where $name", async ({ folder }) => {
    expect(await findRunning(ENV, await folder())).toBeUndefined();
  });

  test("the stage has to be one that is declared", async () => {
    await expect(findRunning({ STAGE: "nope" }, "/nonexistent")).rejects.toMatchObject({ name: "UserError" });
  });
});
