import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { redactingStream, redactLine } from "#text/redact";

const KEY = "KIOX6vuhbDg3PJRq2nZ9zltUEdo4fNM1AFCpLcQW";

describe("an API key in a line of a plan", () => {
  test.each([
    [
      "that is destroyed",
      `  - value         = "${KEY}" -> null`,
      "  - value         = (sensitive value) -> null",
    ],
    ["that is replaced", `  ~ value = "${KEY}" -> "x"`, "  ~ value = (sensitive value) -> (sensitive value)"],
    ["in colours", `\u001b[31m-\u001b[0m value = "${KEY}"`, "\u001b[31m-\u001b[0m value = (sensitive value)"],
  ])("%s is taken out", (_name, line, redacted) => {
    expect(redactLine(line)).toBe(redacted);
  });

  test.each([
    ["of another attribute", '  + name  = "signed-inventory-dev-demo-1"'],
    ["of an attribute whose name only ends so", '  + default_value = "10"'],
    ["that Terraform marks itself", "  + value = (sensitive value)"],
    [
      "of another attribute that looks random",
      '  ~ source_code_hash = "Kx7pQ2mZ9vT4wB8nR5jL1cF6Kx7pQ2mZ9vT4wB8nR5g="',
    ],
    ["of a variable", '  + "products_table" = "signed-inventory-dev-products"'],
    ["of a variable without one", '  + "TOKEN_LIMIT" = "300" -> null'],
  ])("a text %s stays", (_name, line) => {
    expect(redactLine(line)).toBe(line);
  });
});

test.each([
  ["that comes", '  + "TOKEN" = "sk_live_1"', '  + "TOKEN" = (sensitive value)'],
  [
    "that changes",
    '  ~ "TOKEN" = "a \\"quoted\\" one" -> "b"',
    '  ~ "TOKEN" = (sensitive value) -> (sensitive value)',
  ],
  [
    "in colours",
    '\u001b[32m+\u001b[0m\u001b[0m "TOKEN" = "x"',
    '\u001b[32m+\u001b[0m\u001b[0m "TOKEN" = (sensitive value)',
  ],
])("a secret in a variable %s is taken out", (_name, line, redacted) => {
  expect(redactLine(line)).toBe(redacted);
});

test("a key is taken out of a stream that breaks its line in pieces", async () => {
  const pieces = ["one\n  - val", 'ue = "KIOX6vuhbDg3P', 'JRq2nZ9zltUEdo4fNM1AFCpLcQW"\nlast'];
  expect(await text(Readable.from(pieces).pipe(redactingStream()))).toBe(
    "one\n  - value = (sensitive value)\nlast",
  );
});
