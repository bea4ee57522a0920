import { refuseForeignName } from "#gateway/gates/foreign-name";
import { aRoute } from "../../../support/gateway-model";

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
  "other.shop.example",
  "shop.example.evil.example",
];

/** Names that were given. */
const GIVEN = ["shop.example", "box.lan"];

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
  "shop.example",
  "Shop.Example.:3000",
  "box.lan:80",
];

test.each(FOREIGN)("by %j, an open route is refused", (host) => {
  expect(refuseForeignName(aRoute("GET /"), host, GIVEN)).toMatchObject({
    response: "DEFAULT_4XX",
    message: "Forbidden",
  });
});

test.each(OWN)("by %j, an open route can be called", (host) => {
  expect(refuseForeignName(aRoute("GET /"), host, GIVEN)).toBeUndefined();
});

test("what asks for a signature or a key, which no page has, can be called by any name", () => {
  for (const gates of [{ authorization: "AWS_IAM" }, { apiKeyRequired: true }] as const) {
    const route = aRoute("GET /", gates);
    expect(FOREIGN.filter((host) => refuseForeignName(route, host, []))).toEqual([]);
  }
});

test("the log says what to call, and shows what would move the cursor", () => {
  expect(refuseForeignName(aRoute("GET /"), "\u009b31m.example", [])?.reason).toBe(
    "the Host header names '\\x9b31m.example', which a web page can own, and this route is open: " +
      "use its address, localhost or a name that ends with .test, or allow the name with --name",
  );
});
