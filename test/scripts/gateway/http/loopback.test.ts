import { isLoopback } from "#gateway/http/loopback";

test.each(["127.0.0.1", "127.0.0.53", "localhost", "::1", "[::1]"])("%s is the loopback", (host) => {
  expect(isLoopback(host)).toBe(true);
});

test.each([
  "0.0.0.0",
  "::",
  "[::2]",
  "192.0.2.7",
  "gateway.example",
  "127.0.0.1.example.com",
  "localhost.example",
])("%s is not", (host) => {
  expect(isLoopback(host)).toBe(false);
});
