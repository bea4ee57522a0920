import fc from "fast-check";
import { compileTemplate, VtlError } from "#vtl/template";
import { problemOf, render, renderWhole } from "./rendering";

/** Templates and bodies that want out of the sandbox, or all of the machine's time and memory. */

describe("no way leads to an object of JavaScript", () => {
  const VALUES = [
    "$input",
    "$util",
    "$context",
    "$stageVariables",
    "$s",
    "$l",
    "$m",
    "$n",
    "$foreach",
    "$input.body",
  ];
  const NAMES = [
    "constructor",
    "__proto__",
    "prototype",
    "toLocaleString",
    "valueOf",
    "hasOwnProperty",
    "caller",
  ];

  test.each(VALUES.flatMap((value) => NAMES.map((name) => [value, name])))("%s.%s", (value, name) => {
    const set = '#set($s = "x")#set($l = [1])#set($m = {})#set($n = 1)';
    for (const use of [
      `${value}.${name}`,
      `${value}["${name}"]`,
      `${value}.${name}("return 6 * 7")`,
      `${value}.get("${name}")`,
      `${value}.${name}.constructor("return 6 * 7").call(null)`,
    ]) {
      const template = `${set}[${use}]`;
      const printed = problemOf(template) ?? render(template);
      expect(printed).not.toMatch(/function|native code|\[object|42/);
    }
  });

  test("a key that is called __proto__ is a key, and changes no other object", () => {
    const body = '{"__proto__": {"polluted": 1}, "constructor": 2}';
    expect(render("$input.json('$') $input.path('$.constructor')", { body })).toBe(
      '{"__proto__":{"polluted":1},"constructor":2} 2',
    );
    expect(render('#set($m = {})#set($m["__proto__"] = {})#set($m["__proto__"].polluted = "y")$m')).toBe(
      "{__proto__={polluted=y}}",
    );
    const { overrides } = renderWhole(
      '#set($context.requestOverride.header["__proto__"] = {"polluted": "z"})',
    );
    expect(Object.keys((overrides.requestOverride as { header: object }).header)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  test("getClass gives a name that leads nowhere", () => {
    const way = '.class.forName("java.lang.Runtime").getRuntime().exec("id")';
    expect(render(`#set($s = "x")[$s${way}]`)).toBe("[]");
  });
});

describe("what would take too long or too much ends", () => {
  const nested = (open: string, close: string, levels = 5_000): string =>
    open.repeat(levels) + close.repeat(levels);

  test.each<[string, string, { body?: string }]>([
    ["a range of 10^9", "#foreach($i in [1..1000000000])x#end", {}],
    ["a range of 10^30", `#set($l = [1..1${"0".repeat(9)}])`, {}],
    ["loops in loops", `${"#foreach($a in [1..1000])".repeat(4)}x${"#end".repeat(4)}`, {}],
    ["a string that doubles", `#set($s = "0123456789")${'#set($s = "$s$s")'.repeat(60)}`, {}],
    ["a list that doubles", `#set($l = [1])${"#set($i = $l.addAll($l))".repeat(60)}`, {}],
    ["a list in itself", "#set($l = [])#set($i = $l.add($l))$l", {}],
    ["a map in itself", "#set($m = {})#set($m.m = $m)$m", {}],
    [
      "a map in itself, compared",
      "#set($m = {})#set($m.m = $m)#set($n = {})#set($n.m = $n)#if($m == $n)#end",
      {},
    ],
    [
      "blocks that grow",
      "#define($a)xxxxxxxxxx#end#define($b)$a$a$a$a$a$a$a$a$a$a#end#foreach($i in [1..1000])#foreach($j in [1..1000])$b$b$b$b$b$b$b$b#end#end",
      {},
    ],
    ["a regular expression that backtracks", `#set($s = "${"a".repeat(3_000)}!")$s.matches("(a+)+")`, {}],
    ["one in replaceAll", `#set($s = "${"a".repeat(3_000)}!")$s.replaceAll("(a*)*b", "x")`, {}],
    [
      "a repetition of repetitions",
      '#set($s = "x")$s.matches("((((a{1,1000}){1,1000}){1,1000}){1,1000})")',
      {},
    ],
    [
      "replacements that grow",
      `#set($s = "${"a".repeat(1_000)}")${'#set($s = $s.replace("a", "aaaaaaaaaa"))'.repeat(9)}`,
      {},
    ],
    ["directives in directives", nested("#if(true)", "#end"), {}],
    ["brackets in brackets", `#set($x = ${nested("(", ")")})`, {}],
    ["lists in lists", `#set($x = ${nested("[", "]")})`, {}],
    ["indexes in indexes", `$x${nested("[$x", "]")}`, {}],
    ["JSON in JSON", "$input.json('$')", { body: nested("[", "]", 100_000) }],
    [
      "descents of a body",
      "$input.path('$..*..*..*..*..*')",
      { body: JSON.stringify(Array.from({ length: 300 }, () => ({ a: [{ b: [1] }] }))) },
    ],
    ["a path that nests", `$input.path("$${"[?(@.a == 1)]".repeat(2_000)}")`, { body: "[]" }],
    ["a number of a million digits", "$input.json('$')", { body: "9".repeat(1_000_000) }],
    ["a large template", "x".repeat(300 * 1024 + 1), {}],
    ["powers of numbers", `#set($n = 9)${"#set($n = $n * $n)".repeat(64)}$n`, {}],
  ])("%s", (_, template, input) => {
    const before = process.cpuUsage();
    const problem = problemOf(template, input) ?? "rendered";
    const { user, system } = process.cpuUsage(before);
    expect([problem.split(":")[0], (user + system) / 1e6 < 4]).toEqual([
      expect.stringMatching(/^(limit|unsupported|syntax|rendered)$/),
      true,
    ]);
    if (problem === "rendered") expect(render(template, input).length).toBeLessThan(100_000);
  });

  test("a loop ends after 1,000 rounds without an error, as on AWS", () => {
    expect(render("#foreach($i in [1..5000])x#end")).toBe("x".repeat(1_000));
  });
});

test("any text parses, or is refused as a template; it never fails otherwise", () => {
  const piece = fc.constantFrom(
    ..."$ # ( ) [ ] { } \" ' . , = == ! \\ a 1 \n #if #end #else #set #foreach #define ${ $! $input .json( '$' #[[ ]]# #* *# ## ..".split(
      " ",
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 30 }), (pieces) => {
      try {
        compileTemplate(pieces.join("")).render({
          body: '{"a":1}',
          parameters: { path: {}, querystring: {}, header: {} },
          context: {},
          stageVariables: {},
        });
      } catch (error) {
        expect(error).toBeInstanceOf(VtlError);
      }
    }),
    { numRuns: 2_000 },
  );
});
