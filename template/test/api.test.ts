import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { loadProject, startApi, type TestApi } from "signed-api-kit/testing";

/** The API as it is deployed: its functions, its table, and every gate closed. */

let api: TestApi;
before(async () => {
  api = await startApi(await loadProject("dev"));
});
after(() => api.close());

test("the open route needs nothing", async () => {
  const answer = await api.call("GET", "/health");
  assert.deepEqual([answer.status, await answer.json()], [200, { status: "ok" }]);
});

test("what the writer writes, the reader reads", async () => {
  const written = await api.call("PUT", "/items/a", {
    as: "writer",
    apiKey: "demo",
    body: { text: "Hello" },
  });
  assert.equal(written.status, 200);
  const read = await api.call("GET", "/items/a", { as: "reader" });
  assert.deepEqual([read.status, await read.json()], [200, { id: "a", text: "Hello" }]);
  assert.ok((await api.items("items")).some(({ id }) => id === "a"));
});

for (const [what, method, options, status] of [
  ["no signature", "GET", {}, 403],
  ["a role without the permission", "PUT", { as: "reader", apiKey: "demo", body: { text: "x" } }, 403],
  ["no API key", "PUT", { as: "writer", body: { text: "x" } }, 403],
  ["a body without a text", "PUT", { as: "writer", apiKey: "demo", body: {} }, 400],
] as const) {
  test(`${what} is refused`, async () => {
    const answer = await api.call(method, "/items/b", options);
    assert.equal(answer.status, status);
    assert.ok(!(await api.items("items")).some(({ id }) => id === "b"));
  });
}
