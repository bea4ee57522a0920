import type { Random } from "../../support/random";

const ROOTS = [
  "$input",
  "$util",
  "$context",
  "$stageVariables",
  "$s",
  "$l",
  "$m",
  "$n",
  "$input.body",
  "$input.json",
  "$context.identity",
  "$input.params()",
];
const NAMES = [
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "call",
  "apply",
  "bind",
  "entries",
  "class",
  "getClass()",
  "hasOwnProperty",
  "items",
  "polluted",
  "path",
  "put",
];
const CALLS = [
  '("return 4 * 7853982")',
  '("return 4 * 7853982")()',
  "()",
  '.call("return 4 * 7853982")',
  '["__proto__"]',
  '["constructor"]',
  '.get("__proto__")',
  ".keySet()",
  ".entrySet()",
];

/** A template that looks for a way out: members, indexes and calls from one of its values, printed or set. */
export function drawTemplate(random: Random): string {
  let reference = random.pick(ROOTS);
  for (let step = random.integer(1, 5); step > 0; step -= 1)
    reference += random.integer(0, 1) === 0 ? `.${random.pick(NAMES)}` : random.pick(CALLS);
  const set = '#set($s = "x")#set($l = [1])#set($m = {"a": 1})#set($n = 1)';
  switch (random.integer(0, 4)) {
    case 0:
      return `${set}#set($m["__proto__"] = {"polluted": 1})#set($m["__proto__"].polluted = 1)${reference}`;
    case 1:
      return `${set}#foreach($x in ${reference})$x.constructor $x.key $x.value#end`;
    case 2:
      return `${set}#set($f = ${reference})$f $f("return 4 * 7853982") $f.call("return 4 * 7853982")`;
    case 3:
      return `${set}#set($context.requestOverride.header["__proto__"] = {"polluted": 1})"${reference}"`;
    default:
      return `${set}${reference}`;
  }
}

export function drawBody(random: Random): string {
  return random.pick([
    "",
    '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}',
    '["a", {"b": null}]',
    `${"[".repeat(5_000)}${"]".repeat(5_000)}`,
  ]);
}
