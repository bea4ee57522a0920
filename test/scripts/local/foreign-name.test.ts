import { refuseForeignName } from "../../../scripts/local/foreign-name";

const refusedAt = (address: string, host: string): boolean =>
  refuseForeignName([["Host", host]], address) !== undefined;

const FOREIGN = [
  "evil.example",
  "evil.example:3000",
  "EVIL.EXAMPLE.",
  "evil.example.:3000",
  "127.0.0.1.evil.example",
  "127.0.0.1.nip.io:3000",
  "localhost.evil.example",
  "a.test.evil.example",
  "eviltest.example",
  "test.example:3000",
  "abc123.execute-api.us-east-1.amazonaws.com.evil.example",
  "execute-api.us-east-1.amazonaws.com.example",
  "ec2-203-0-113-7.compute-1.amazonaws.com",
  "[::1].evil.example",
  "a b.example",
  "\u009b31m.example",
];

const OWN = [
  "127.0.0.1",
  "127.0.0.1:3000",
  "[::1]:3000",
  "[::ffff:127.0.0.1]",
  "localhost",
  "localhost:3000",
  "localhost.:3000",
  "LOCALHOST",
  "api.localhost:3000",
  "shop.test",
  "host.docker.internal:3000",
  "gateway",
  "abc123.execute-api.us-east-1.amazonaws.com",
  "abc123.execute-api.cn-north-1.amazonaws.com.cn:443",
  "",
];

test.each(FOREIGN)("at the loopback address, a request for %j is refused", (host) => {
  for (const address of ["127.0.0.1", "127.0.0.53", "localhost", "::1"])
    expect(refusedAt(address, host)).toBe(true);
});

test.each(OWN)("at the loopback address, a request for %j passes", (host) => {
  for (const address of ["127.0.0.1", "localhost", "::1"]) expect(refusedAt(address, host)).toBe(false);
});

test.each(["0.0.0.0", "::", "192.0.2.7", "gateway.example"])(
  "where other machines are let in, at %s, they come by any name",
  (address) => {
    expect([...FOREIGN, ...OWN].filter((host) => refusedAt(address, host))).toEqual([]);
  },
);

test("it is answered as API Gateway answers to a name that none of its APIs has; the log says what to call", () => {
  expect(refuseForeignName([["host", "\u009b31m.example"]], "127.0.0.1")).toEqual({
    answer: { status: 403, headers: [["Content-Type", "application/json"]], body: '{"message":"Forbidden"}' },
    reason:
      "the Host header names '\\x9b31m.example', which may be a web page's own: call 127.0.0.1, localhost or a name that ends with .test",
  });
});
