import type { Cursor } from "./cursor";
import { parseDirectiveArgument, parseExpression } from "./parse-expression";
import { parseReference } from "./parse-reference";
import type { Block, BlockEnd, Branch, Expression, Reference, Statement } from "./syntax";
import { SET, WORD } from "./tokens";

/**
 * The directive at a `#`. A word that is not one of Velocity's is text, with its arguments.
 * Source: https://velocity.apache.org/engine/1.7/vtl-reference.html#directives
 */
export function parseDirective(cursor: Cursor): Statement {
  const start = cursor.at;
  if (cursor.take(SET) !== undefined) return parseSet(cursor);
  const found = cursor.look(WORD);
  const word = found?.[1] ?? found?.[2] ?? "";
  cursor.at += found?.[0].length ?? 0;
  const refused = REFUSED.get(word.startsWith("@") ? "@" : word);
  if (refused !== undefined) throw cursor.error("unsupported", refused, start);
  switch (word) {
    case "if":
      return cursor.budget.nested(() => parseIf(cursor, start));
    case "foreach":
      return cursor.budget.nested(() => parseForeach(cursor, start));
    case "define":
      return cursor.budget.nested(() => parseDefine(cursor, start));
    case "break":
      return parseBreak(cursor, start);
    case "stop":
      parseArguments(cursor, "stop", start);
      return { kind: "stop" };
    default:
      parseArguments(cursor, word, start);
      return { kind: "text", text: cursor.text.slice(start, cursor.at) };
  }
}

// ---------------------------------------------------------------------------------------------------- internal

const CLOSING = /\)(?:[ \t]*(?:\r\n|\n|\r))?/y;
const BARE_WORD = /[A-Za-z_@][\w@]*/y;

/** Words that are operators, and so not arguments. */
const OPERATORS = new Set("and or not eq ne lt le gt ge".split(" "));

/**
 * What Velocity has and API Gateway has not, or is not known to have.
 * Sources: https://github.com/openedx/edx-enterprise/pull/154 and https://github.com/aws/aws-appsync-community/issues/222
 * (#macro), https://qiita.com/yoshidasts/items/ddab0ef7b983b7c5260b (#include and #parse fail, #evaluate)
 */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["macro", "#macro is not supported by API Gateway; use #define"],
  ["@", "a macro with a body is not supported by API Gateway; use #define"],
  ["include", "#include fails in API Gateway, which has no files; write what it includes"],
  ["parse", "#parse fails in API Gateway, which has no files; write what it includes"],
  ["evaluate", "#evaluate is not known to work in API Gateway; write what it evaluates"],
  ["literal", "#literal is not known to work in API Gateway; write #[[ … ]]#"],
]);

/** After `#set(`. */
function parseSet(cursor: Cursor): Statement {
  cursor.space();
  const target = parseReference(cursor);
  if (target === undefined)
    throw cursor.error("syntax", `got ${cursor.found()} in #set, expected a reference`);
  if (target.steps.at(-1)?.kind === "method")
    throw cursor.error("unsupported", `got #set of '${target.literal}', expected a variable or a property`);
  cursor.space();
  cursor.expect("=");
  const value = parseExpression(cursor);
  close(cursor, "set");
  return { kind: "set", target, value };
}

function parseIf(cursor: Cursor, start: number): Statement {
  const branches: Branch[] = [];
  let end: BlockEnd | undefined = "elseif";
  while (end === "elseif") {
    const test = parseCondition(cursor);
    const block = cursor.grammar.statements(cursor);
    branches.push({ test, body: block.statements });
    end = block.end;
  }
  let otherwise: Block = [];
  if (end === "else") {
    const block = cursor.grammar.statements(cursor);
    otherwise = block.statements;
    end = block.end;
  }
  requireEnd(cursor, "if", end, start);
  return { kind: "if", branches, otherwise };
}

function parseCondition(cursor: Cursor): Expression {
  cursor.space();
  cursor.expect("(");
  const test = parseExpression(cursor);
  close(cursor, "if");
  return test;
}

function parseForeach(cursor: Cursor, start: number): Statement {
  const [item, word, list, ...others] = parseArguments(cursor, "foreach", start) ?? [];
  if (item?.kind !== "reference" || word?.kind !== "word" || list === undefined || others.length > 0)
    throw cursor.error("syntax", "got a #foreach of another form than #foreach($item in $list)", start);
  if (list.kind === "word") throw cursor.error("syntax", `got '${list.word}' as the list of #foreach`, start);
  return {
    kind: "foreach",
    name: item.reference.name,
    list,
    body: parseBody(cursor, "foreach", start),
  };
}

function parseDefine(cursor: Cursor, start: number): Statement {
  const [name, ...others] = parseArguments(cursor, "define", start) ?? [];
  if (name?.kind !== "reference" || name.reference.steps.length > 0 || others.length > 0)
    throw cursor.error("syntax", "got a #define of another form than #define($name)", start);
  return { kind: "define", name: name.reference.name, body: parseBody(cursor, "define", start) };
}

function parseBreak(cursor: Cursor, start: number): Statement {
  const [loop, ...others] = parseArguments(cursor, "break", start) ?? [];
  let of: Reference | undefined;
  if (loop?.kind === "reference") of = loop.reference;
  else if (loop !== undefined)
    throw cursor.error("syntax", "got a #break of another form than #break($foreach)", start);
  if (others.length > 0) throw cursor.error("syntax", "got a #break of more than one loop", start);
  return { kind: "break", of, position: cursor.position(start) };
}

function parseBody(cursor: Cursor, directive: string, start: number): Block {
  const { statements, end } = cursor.grammar.statements(cursor);
  requireEnd(cursor, directive, end, start);
  return statements;
}

function requireEnd(cursor: Cursor, directive: string, end: BlockEnd | undefined, start: number): void {
  if (end === undefined) throw cursor.error("syntax", `got #${directive} without its #end`, start);
  if (end !== "end") throw cursor.error("syntax", `got #${end}, expected the #end of #${directive}`);
}

type Argument = Expression | { readonly kind: "word"; readonly word: string };

/**
 * The arguments in parentheses, separated by spaces or commas, with the blank rest of the line; undefined without
 * parentheses.
 */
function parseArguments(cursor: Cursor, directive: string, start: number): readonly Argument[] | undefined {
  if (cursor.look(/[ \t\r\n]*\(/y) === undefined) {
    if (directive === "foreach" || directive === "define")
      throw cursor.error("syntax", `got #${directive} without parentheses`, start);
    return undefined;
  }
  cursor.space();
  cursor.expect("(");
  const found: Argument[] = [];
  for (;;) {
    cursor.space();
    if (cursor.peek() === ")") break;
    if (cursor.skip(",")) {
      cursor.space();
      if (cursor.peek() === ")") throw cursor.error("syntax", "got ')', expected an argument after ','");
    }
    found.push(parseArgument(cursor));
  }
  close(cursor, directive);
  return found;
}

function parseArgument(cursor: Cursor): Argument {
  const word = cursor.look(BARE_WORD)?.[0];
  if (word === undefined || word === "true" || word === "false") return parseDirectiveArgument(cursor);
  if (OPERATORS.has(word)) throw cursor.error("syntax", `got the operator '${word}', expected an argument`);
  cursor.at += word.length;
  return { kind: "word", word };
}

function close(cursor: Cursor, directive: string): void {
  if (cursor.take(CLOSING) === undefined)
    throw cursor.error("syntax", `got ${cursor.found()} in #${directive}, expected ')'`);
}
