import { apiEvent, queueEvent } from "#stage/test-events";

test("an event of a request has the values of its query one by one and together", () => {
  const event = apiEvent({
    method: "PUT",
    path: "/a",
    query: [
      ["b", "1"],
      ["b", "2"],
    ],
  });
  expect([event.httpMethod, event.path, event.body]).toEqual(["PUT", "/a", null]);
  expect(event.queryStringParameters).toEqual({ b: "2" });
  expect(event.multiValueQueryStringParameters).toEqual({ b: ["1", "2"] });
});

test("and null where there is none, as API Gateway has it", () => {
  const { queryStringParameters, pathParameters } = apiEvent();
  expect([queryStringParameters, pathParameters]).toEqual([null, null]);
});

test("messages of a queue have ids of their own, and JSON unless they are text", () => {
  const { Records } = queueEvent([{ order: 1 }, "text"]);
  expect(Records.map(({ messageId, body }) => [messageId, body])).toEqual([
    ["message-1", '{"order":1}'],
    ["message-2", "text"],
  ]);
});
