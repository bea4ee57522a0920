import { problemOf, render, renderJson, renderWhole } from "./rendering";

const parameters = {
  path: { id: "42", same: "path" },
  querystring: { q: "a b", same: "query" },
  header: { "X-Name": "n", same: "header" },
};

describe("what templates print", () => {
  test.each([
    ["text", "no program: $5, #fff and 100%", "no program: $5, #fff and 100%"],
    ["a variable", '#set($x = "a")$x|${x}b|$!x', "a|ab|a"],
    ["a missing reference, on AWS nothing", "[$missing][$missing.of.it]", "[][]"],
    ["single quotes, not interpolated", "#set($x = 1)#set($y = '$x')$y", "$x"],
    ["double quotes, interpolated", '#set($x = 1)#set($y = "<$x>")$y', "<1>"],
    ["conditions", '#if($x == "a")1#elseif(1 < 2 && !false)2#else 3#end', "2"],
    ["words for operators", '#if(("a" eq "a") and (2 gt 1) or false)yes#end', "yes"],
    ["arithmetic", "#set($x = 7 / 2 * 2 + 10 % 4)$x", "8"],
    ["a list and its loop", "#foreach($i in [1, 'b'])$i#if($foreach.hasNext),#end#end", "1,b"],
    ["counters", "#foreach($i in ['a', 'b'])$foreach.index$foreach.count$velocityCount #end", "011 122 "],
    ["a range", "#foreach($i in [3..1])$i#end", "321"],
    ["a loop over a map's values", '#foreach($v in {"a": 1, "b": 2})$v#end', "12"],
    ["a break", "#foreach($i in [1..9])#if($i == 3)#break#end$i#end.", "12."],
    ["a stop", "before#stop after", "before"],
    ["a block", "#define($b)<$x>#end#set($x = 1)$b#set($x = 2)$b", "<1><2>"],
    ["comments", "a## to the end\nb#* between *#c", "abc"],
    ["unparsed text", "#[[$x #if]]#", "$x #if"],
    ["escapes", "#set($x = 1)\\$x \\#if", "$x #if"],
    ["a directive's own line", "a\n#set($x = 1)\nb", "a\nb"],
  ])("%s", (_, template, text) => {
    expect(render(template)).toBe(text);
  });
});

describe("methods of Java", () => {
  test.each([
    ["'Signed API'.length()", "10"],
    ["'Signed API'.substring(0, 6)", "Signed"],
    ["'a.b.c'.replace('.', '-')", "a-b-c"],
    ["'a1b22'.replaceAll('[0-9]+', '#')", "a#b#"],
    ["'a,b,,'.split(',').size()", "2"],
    ["'abc'.contains('b')", "true"],
    ["'abc'.indexOf('c')", "2"],
    ["' Abc '.trim().toUpperCase()", "ABC"],
    ["'arn:aws:x'.startsWith('arn:')", "true"],
    ["'abc'.matches('[a-c]+')", "true"],
    ["''.isEmpty()", "true"],
    ["'a'.equals('b')", "false"],
  ])("of a string: %s", (expression, text) => {
    const [, subject = "", call = ""] = /^('[^']*')(.*)$/.exec(expression) ?? [];
    expect(render(`#set($s = ${subject})$s${call}`)).toBe(text);
  });

  test.each([
    ["$l.size() $l.get(1) $l[0] $l.contains('b') $l.isEmpty()", "2 b a true false"],
    ["#set($ignored = $l.add('c'))$l", "[a, b, c]"],
    ["$m.keySet() $m.values() $m.get('k') $m.k $m['k'] $m.containsKey('x')", "[k] [v] v v v false"],
    ["#foreach($e in $m.entrySet())$e.key=$e.value#end", "k=v"],
    ["#set($ignored = $m.put('x', 1))$m $m.size()", "{k=v, x=1} 2"],
    ["#set($m.y = 2)#set($ignored = $m.remove('k'))$m.y|$m", "2|{y=2}"],
  ])("of lists and maps: %s", (template, text) => {
    expect(render(`#set($l = ['a', 'b'])#set($m = {"k": "v"})${template}`)).toBe(text);
  });
});

describe("what API Gateway adds", () => {
  test.each([
    ["$input.params('id') $input.params('q') $input.params('X-Name')", "42 a b n"],
    ["$input.params('same') [$input.params('none')]", "path []"],
    ["$input.params().path.id $input.params().header.get('X-Name') $input.params('header')", "42 n "],
    ["$stageVariables.mode [$stageVariables.none]", "fast []"],
    ["$context.requestId $context.identity.sourceIp", "r-1 192.0.2.1"],
    ["$util.escapeJavaScript($stageVariables.quoted)", 'it\\\'s \\"1\\/2\\" \\u00E9\\n'],
    ["$util.base64Encode('aé') $util.base64Decode('YcOp')", "YcOp aé"],
    ["$util.urlEncode('a b&c') $util.urlDecode('a+b%26c')", "a+b%26c a b&c"],
    ["#set($j = $util.parseJson('{\"a\": [1, 2.50]}'))$j.a[1] $j", "2.5 {a=[1,2.5]}"],
  ])("%s", (template, text) => {
    const context = { requestId: "r-1", identity: { sourceIp: "192.0.2.1" } };
    expect(
      render(template, { parameters, context, stageVariables: { mode: "fast", quoted: 'it\'s "1/2" é\n' } }),
    ).toBe(text);
  });

  test.each([
    ["$input.json('$')", '{"a":{"b":[1,2]},"n":null,"t":"x\\"y"}'],
    ["$input.json('$.a')", '{"b":[1,2]}'],
    ["$input.json('$.t')", '"x\\"y"'],
    ["$input.json('$.none')", '""'],
    ["$input.json('$.n')", '""'],
    ["$input.path('$.a.b')[1] $input.path('$.a.b').size()", "2 2"],
    ["$input.path('$..b')[0][0]", "1"],
    ["#foreach($x in $input.path('$.a.b'))<$x>#end", "<1><2>"],
    ["$input.json(\"$['a']['b'][0]\")", "1"],
  ])("%s of a body", (template, text) => {
    expect(renderJson(template, { a: { b: [1, 2] }, n: null, t: 'x"y' })).toBe(text);
  });

  test("what a template overrides comes back, and nothing else does", () => {
    const { text, overrides } = renderWhole(
      '#set($context.requestOverride.header.a = "1")#set($context.responseOverride.status = 201)ok',
    );
    expect(text).toBe("ok");
    expect(overrides).toEqual({
      requestOverride: { path: {}, header: { a: "1" }, querystring: {} },
      responseOverride: { header: {}, status: 201 },
    });
    expect(renderWhole("ok").overrides.responseOverride).toEqual({ header: {} });
  });
});

describe("a template without a result says why", () => {
  test.each([
    ["#if(true)", /^syntax: .*#end/],
    ["#set($x = )", /^syntax: /],
    ["#end", /^syntax: got '#end' without an #if/],
    ["#foreach(1 in $y)#end", /^syntax: /],
    ["#macro(m)x#end", /^unsupported: #macro is not supported by API Gateway; use #define$/],
    ['#parse("x")', /^unsupported: #parse fails in API Gateway/],
    ['#include("x")', /^unsupported: #include fails in API Gateway/],
    ['#evaluate("x")', /^unsupported: #evaluate is not known/],
    ["$util.toJson($x)", /^unsupported: got \$util\.toJson\(\); API Gateway has base64Decode, /],
    ["#set($l = [1])$l.get(1)", /^failed: got the index 1 of a list of 1 items/],
    ["$util.parseJson('{')", /^failed: .* that is not JSON$/],
    ["$util.base64Decode('%')", /^failed: /],
  ])("%s", (template, reason) => {
    expect(problemOf(template)).toMatch(reason);
  });
});
