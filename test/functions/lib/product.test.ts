import Ajv from "ajv-draft-04";
import fc from "fast-check";
import { parseCode, parseProduct, toProduct } from "#functions/lib/product";
import schema from "../../../functions/lib/product-schema.json";

const lamp = { code: "lamp-1", name: "Lamp", itemPrice: "15.99", inStockQty: 3, category: ["home"] };

describe("a product that is written", () => {
  test.each<[name: string, change: object]>([
    ["is taken as it is", {}],
    ["may cost nothing", { itemPrice: "0" }],
    ["may have no decimals", { itemPrice: "8" }],
    ["may have 12 digits and 4 decimals", { itemPrice: "999999999999.9999" }],
    ["may be out of stock", { inStockQty: 0 }],
    ["may be in stock up to 2⁵³ - 1 times", { inStockQty: Number.MAX_SAFE_INTEGER }],
    ["may be in no category", { category: [] }],
    ["may be in 50 categories", { category: Array(50).fill("x".repeat(100)) }],
    ["may have a name of 256 characters in any script", { name: "奶".repeat(256) }],
    ["may have a name of 256 characters of two units each", { name: "🧀".repeat(256) }],
    ["may have a name with markup, which pages escape", { name: "<script>alert(1)</script> 🧀" }],
  ])("%s", (_name, change) => {
    expect(parseProduct({ ...lamp, ...change }, "lamp-1")).toEqual({ ...lamp, ...change });
  });

  test("may leave its code to the path", () => {
    const { code, ...body } = lamp;
    expect(parseProduct(body, code)).toEqual(lamp);
  });

  const price =
    'itemPrice: expected a decimal string such as "15.99", of up to 12 digits and 4 decimals, got';
  const stock = "inStockQty: expected a whole number from 0, got";
  const category = "category: expected a list of up to 50 strings of 1 to 100 characters, got a list";
  const name = "name: expected a string of 1 to 256 characters, got";

  test.each<[change: object, message: string]>([
    [{ name: "" }, `${name} ""`],
    [{ name: 5 }, `${name} 5`],
    [{ name: null }, `${name} null`],
    [{ name: undefined }, `${name} nothing`],
    [{ name: {} }, `${name} an object`],
    [{ name: "x".repeat(257) }, `${name} "${"x".repeat(60)}…"`],
    [{ name: "🧀".repeat(257) }, `${name} "${"🧀".repeat(30)}…"`],
    [{ name: "\ud800" }, `${name} "\\ud800"`],
    [{ itemPrice: 15.99 }, `${price} 15.99`],
    [{ itemPrice: "" }, `${price} ""`],
    [{ itemPrice: "-1" }, `${price} "-1"`],
    [{ itemPrice: "1e3" }, `${price} "1e3"`],
    [{ itemPrice: "01.00" }, `${price} "01.00"`],
    [{ itemPrice: ".5" }, `${price} ".5"`],
    [{ itemPrice: "5." }, `${price} "5."`],
    [{ itemPrice: "15,99" }, `${price} "15,99"`],
    [{ itemPrice: " 15.99" }, `${price} " 15.99"`],
    [{ itemPrice: "15.99\n" }, `${price} "15.99\\n"`],
    [{ itemPrice: "1.23456" }, `${price} "1.23456"`],
    [{ itemPrice: "1234567890123" }, `${price} "1234567890123"`],
    [{ inStockQty: -1 }, `${stock} -1`],
    [{ inStockQty: 1.5 }, `${stock} 1.5`],
    [{ inStockQty: "3" }, `${stock} "3"`],
    [{ inStockQty: 2 ** 53 }, `${stock} 9007199254740992`],
    [{ inStockQty: Number.POSITIVE_INFINITY }, `${stock} Infinity`],
    [{ inStockQty: true }, `${stock} true`],
    [{ category: "home" }, category.replace(/a list$/, '"home"')],
    [{ category: ["home", 1] }, category],
    [{ category: [""] }, category],
    [{ category: ["x".repeat(101)] }, category],
    [{ category: Array(51).fill("x") }, category],
    [{ code: "lamp-2" }, 'code: expected the path\'s, "lamp-1", got another'],
    [{ colour: "red" }, '"colour": expected one of the members code, name, itemPrice, inStockQty, category'],
    [
      JSON.parse('{"__proto__": {}}'),
      '"__proto__": expected one of the members code, name, itemPrice, inStockQty, category',
    ],
    [{ toString: 1 }, '"toString": expected one of the members code, name, itemPrice, inStockQty, category'],
    [{ name: "", inStockQty: -1 }, `${name} ""; ${stock} -1`],
  ])("with %j is refused: %s", (change, message) => {
    expect(() => parseProduct({ ...lamp, ...change }, "lamp-1")).toThrow(new Error(message));
  });

  test.each([
    [null, "null"],
    [[], "a list"],
    ["lamp", '"lamp"'],
    [1, "1"],
  ])("that is %j is refused", (body, got) => {
    expect(() => parseProduct(body, "lamp-1")).toThrow(
      `body: expected a JSON object with code, name, itemPrice, inStockQty, category, got ${got}`,
    );
  });

  test("with a thousand unknown members is refused in a few words", () => {
    const members = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`m${index}`, 1]));
    expect(() => parseProduct({ ...lamp, ...members }, "lamp-1")).toThrow(/^.{1,2000}$/);
  });
});

test("the schema, as a validator of draft 4 reads it, takes exactly the products that are taken here", () => {
  const validate = new Ajv({ strict: false }).compile(schema);
  const text = fc.oneof(fc.string(), fc.string({ unit: "grapheme", minLength: 250, maxLength: 260 }));
  const category = fc.oneof(fc.array(text, { maxLength: 3 }), fc.array(fc.constant("x"), { maxLength: 60 }));
  // One member or two of a product that is right.
  const changes = fc.record(
    {
      name: fc.oneof(text, fc.jsonValue()),
      itemPrice: fc.oneof(fc.stringMatching(/^\d{0,14}(\.\d{0,5})?$/), text),
      inStockQty: fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-0, 2 ** 53 - 1, 2 ** 53), text),
      category: fc.oneof(category, text),
      code: text,
      other: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const changed = fc
    .tuple(changes, fc.shuffledSubarray([...Object.keys(lamp), "other"], { maxLength: 2 }))
    .map(([change, names]) => ({
      ...lamp,
      ...Object.fromEntries(Object.entries(change).filter(([name]) => names.includes(name))),
    }));
  let [tried, taken] = [0, 0];
  fc.assert(
    fc.property(fc.oneof({ weight: 9, arbitrary: changed }, fc.jsonValue()), (body) => {
      const code = (body as { code?: unknown } | null)?.code;
      const fitsPath = typeof code === "string" && code !== "" ? code : "a code";
      const isTaken = isTakenBy(() => parseProduct(body, fitsPath));
      expect(validate(body)).toBe(isTaken);
      tried += 1;
      taken += Number(isTaken);
    }),
    { numRuns: 1_000, seed: 1 },
  );
  expect(taken).toBeGreaterThan(tried / 5);
});

test.each([
  ["half a character", { ...lamp, name: "\ud800" }],
  ["a code of more than 2048 bytes", { ...lamp, code: "ä".repeat(2000) }],
])("%s is more than the schema can tell, and is refused here", (_name, body) => {
  expect(new Ajv({ strict: false }).validate(schema, body)).toBe(true);
  expect(isTakenBy(() => parseProduct(body, body.code))).toBe(false);
});

function isTakenBy(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

test.each([
  ["one character", "a"],
  ["2048 bytes", "ä".repeat(1024)],
  ["any text", "a/b c+ü%\u0000"],
])("a code of %s is taken", (_name, code) => {
  expect(parseCode(code)).toBe(code);
});

test.each([
  ["no characters", ""],
  ["2049 bytes", `${"ä".repeat(1024)}a`],
  ["half a character", "\udc00"],
])("a code of %s is refused", (_name, code) => {
  expect(() => parseCode(code)).toThrow(/^code: expected a string of 1 to 2048 bytes of UTF-8, got "/);
});

test("a product is read although it is older than a bound, and without members that are not its own", () => {
  const stored = { ...lamp, name: "x".repeat(1_000), createdAt: 1 };
  expect(toProduct(stored)).toEqual({ ...lamp, name: stored.name });
});

test.each<[name: string, value: unknown]>([
  ["nothing", undefined],
  ["null", null],
  ["a list", [lamp]],
  ["a product without a name", { ...lamp, name: undefined }],
  ["a product with a number as its code", { ...lamp, code: 1 }],
  ["a product with a number as its price", { ...lamp, itemPrice: 15.99 }],
  ["a product with a text as its stock", { ...lamp, inStockQty: "3" }],
  ["a product with a text as its category", { ...lamp, category: "home" }],
  ["a product with a number among its categories", { ...lamp, category: [1] }],
])("%s is not read as a product", (_name, value) => {
  expect(toProduct(value)).toBeUndefined();
});
