import { parseRequestMessage, parseResponseMessage } from "#diagnosis/http-message";

const text = (message: string) => {
  const request = parseRequestMessage(Buffer.from(message));
  return request && { ...request, body: request.body.toString() };
};
const PUT = { method: "PUT", target: "/dev/a?b=c d", body: "{}" };

test.each([
  {
    name: "with CRLF",
    message: "PUT /dev/a?b=c d HTTP/1.1\r\nHost: h\r\nX-A:  1\r\nContent-Length: 2\r\n\r\n{}",
    headers: [
      ["Host", "h"],
      ["X-A", "1"],
      ["Content-Length", "2"],
    ],
  },
  {
    name: "with LF, and a line break at the file's end",
    message: "PUT /dev/a?b=c d HTTP/1.1\nHost: h\n\n{}\n",
    headers: [["Host", "h"]],
  },
  {
    name: "as curl -v shows it",
    message: "> PUT /dev/a?b=c d HTTP/2\r\n> Host: h\r\n> \r\n{}",
    headers: [["Host", "h"]],
  },
  {
    name: "whose body is shorter than the file, by its length",
    message: "PUT /dev/a?b=c d HTTP/1.1\nHost: h\nContent-Length: 2\n\n{}\n\n",
    headers: [
      ["Host", "h"],
      ["Content-Length", "2"],
    ],
  },
])("a request $name", ({ message, headers }) => {
  expect(text(message)).toEqual({ ...PUT, headers });
});

test("a request without headers or body", () => {
  expect(text("GET /dev")).toEqual({ method: "GET", target: "/dev", headers: [], body: "" });
});

test.each(["", "hello", "HTTP/1.1 200 OK\n\n", '{"message":"Forbidden"}'])("%j is no request", (message) => {
  expect(text(message)).toBeUndefined();
});

test("an answer as curl -i shows it", () => {
  const message =
    'HTTP/1.1 403 Forbidden\r\nx-amzn-ErrorType: ForbiddenException\r\n\r\n{"message":"Forbidden"}';
  expect(parseResponseMessage(message)).toEqual({
    status: 403,
    headers: [["x-amzn-ErrorType", "ForbiddenException"]],
    body: '{"message":"Forbidden"}',
  });
});

test.each(['{"message":"Forbidden"}', "plain", "a\n\nb"])("%j is a body alone", (body) => {
  expect(parseResponseMessage(body)).toEqual({ headers: [], body });
});
