import { summarizeAnswer } from "#call/api-request";

const JSON_TYPE = [["Content-Type", "application/json"]] as const;

test.each([
  { name: "a refusal", status: 403, body: '{"message":"Forbidden"}', told: "403 Forbidden" },
  {
    name: "a policy's denial",
    status: 403,
    body: '{"Message":"User: x is not authorized"}',
    told: "403 User: x is not authorized",
  },
  {
    name: "a message of several lines",
    status: 403,
    body: JSON.stringify({ message: "No match.\n\nThe Canonical String" }),
    told: "403 No match.",
  },
  {
    name: "a message that would command the terminal",
    status: 500,
    body: JSON.stringify({ message: "\u001b[2Jgone" }),
    told: "500 \\u001b[2Jgone",
  },
  {
    name: "one that would turn its direction",
    status: 500,
    body: JSON.stringify({ message: "a\u202eb\u2066c" }),
    told: "500 a\\u202eb\\u2066c",
  },
  { name: "a page of products", status: 200, body: '{"products":[]}', told: "200 a page of products" },
  {
    name: "a page of anything else",
    status: 200,
    body: '{"total":1,"notes":[{}]}',
    told: "200 a page of notes",
  },
  { name: "a list within something else", status: 200, body: '{"note":{"tags":[]}}', told: "200" },
  { name: "JSON of another kind", status: 200, body: '{"message":1}', told: "200" },
  { name: "null", status: 200, body: "null", told: "200" },
  { name: "no JSON at all", status: 502, body: "<h1>Bad Gateway</h1>", told: "502" },
  { name: "nothing", status: 204, body: "", told: "204" },
])("tells $name", ({ status, body, told }) => {
  expect(summarizeAnswer({ status, headers: JSON_TYPE, body: Buffer.from(body) })).toBe(told);
});

test("recognizes an HTML page by its type", () => {
  const headers = [["content-type", "text/html; charset=utf-8"]] as const;
  expect(summarizeAnswer({ status: 200, headers, body: Buffer.from("<p>") })).toBe("200 an HTML page");
});

test("cuts a message that no gateway sends", () => {
  const body = Buffer.from(JSON.stringify({ message: "x".repeat(9_999) }));
  expect(summarizeAnswer({ status: 403, headers: JSON_TYPE, body })).toHaveLength(500);
});
