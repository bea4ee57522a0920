import type { Expression } from "./expression";
import { ExpressionError } from "./problem";
import { type Token, Tokenizer } from "./tokenizer";

/**
 * Parses the text of a property in a Terraform JSON document: literal text with `${expressions}`, where `$${` stands
 * for `${` itself. Backslashes mean nothing outside an expression: JSON has read them already.
 * @throws ExpressionError if the text contains anything outside the language of {@link Expression}
 * Source: https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
 */
export function parseTemplate(text: string): Expression {
  if (!text.includes("${") && !text.includes("%{")) return literal(text);
  return new Parser(text).template();
}

const UNDERSTOOD = "references, literals, lists, objects, templates and functions";
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };
const KEYWORDS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

class Parser {
  private readonly text: string;
  private readonly tokens: Tokenizer;

  constructor(text: string) {
    this.text = text;
    this.tokens = new Tokenizer(text);
  }

  template(): Expression {
    return this.parts(undefined);
  }

  /** The parts of a template up to its end: the closing quote, or the end of the text. */
  private parts(end: '"' | undefined): Expression {
    const parts: Expression[] = [];
    let written = "";
    const flush = () => {
      if (written !== "") parts.push(literal(written));
      written = "";
    };
    for (;;) {
      const character = this.text[this.tokens.position];
      if (character === end) break;
      if (character === undefined) throw new ExpressionError("text without a closing quote", 'a `"`');
      if (this.takes("$${")) written += "${";
      else if (this.takes("%%{")) written += "%{";
      else if (this.takes("%{")) throw new ExpressionError('the template directive "%{"', UNDERSTOOD);
      else if (this.takes("${")) {
        flush();
        parts.push(this.interpolation());
      } else if (end !== undefined && character === "\\") written += this.escape();
      else {
        written += character;
        this.tokens.position += 1;
      }
    }
    flush();
    if (parts.length === 0) return literal("");
    return parts.length === 1 ? (parts[0] as Expression) : { kind: "template", parts };
  }

  private takes(marker: string): boolean {
    if (!this.text.startsWith(marker, this.tokens.position)) return false;
    this.tokens.position += marker.length;
    return true;
  }

  private interpolation(): Expression {
    if (this.text[this.tokens.position] === "~")
      throw new ExpressionError('the strip marker "~"', UNDERSTOOD);
    const expression = this.expression();
    this.expect("}");
    return expression;
  }

  private escape(): string {
    const rest = this.text.slice(this.tokens.position + 1, this.tokens.position + 10);
    const code = /^(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
    const point = code ? Number.parseInt((code[1] ?? code[2]) as string, 16) : -1;
    if (code && point <= 0x10ffff) {
      this.tokens.position += 1 + code[0].length;
      return String.fromCodePoint(point);
    }
    const escaped = ESCAPES[rest[0] ?? ""];
    if (escaped === undefined) {
      throw new ExpressionError(
        `the escape ${JSON.stringify(`\\${rest[0] ?? ""}`)}`,
        '\\n \\r \\t \\" \\\\ \\uNNNN',
      );
    }
    this.tokens.position += 2;
    return escaped;
  }

  private expression(): Expression {
    let expression = this.term(this.tokens.next());
    for (;;) {
      const token = this.tokens.peek();
      if (token.text === ".") expression = this.attribute(expression);
      else if (token.text === "[") expression = this.index(expression);
      else if (token.kind === "operator") throw notUnderstood(token);
      else return expression;
    }
  }

  private term(token: Token): Expression {
    if (token.kind === "number") return literal(Number(token.text));
    if (token.kind === "quote") return this.quoted();
    if (token.kind === "name") return this.named(token.text);
    if (token.text === "(") return this.parenthesized();
    if (token.text === "[") return this.list();
    if (token.text === "{") return this.object();
    if (token.text === "-" && this.tokens.peek().kind === "number")
      return literal(-Number(this.tokens.next().text));
    throw notUnderstood(token);
  }

  private quoted(): Expression {
    const expression = this.parts('"');
    this.tokens.position += 1;
    return expression;
  }

  private named(name: string): Expression {
    const keyword = KEYWORDS.get(name);
    if (keyword !== undefined) return literal(keyword);
    if (this.tokens.peek().text !== "(") return { kind: "reference", names: [name] };
    this.tokens.next();
    return { kind: "call", name, arguments: this.items(")") };
  }

  private parenthesized(): Expression {
    const expression = this.expression();
    this.expect(")");
    return expression;
  }

  private list(): Expression {
    this.refuseFor();
    return { kind: "list", items: this.items("]") };
  }

  private items(end: ")" | "]"): Expression[] {
    const items: Expression[] = [];
    while (this.tokens.peek().text !== end) {
      items.push(this.expression());
      if (this.tokens.peek().text === end) break;
      this.expect(",");
    }
    this.tokens.next();
    return items;
  }

  private object(): Expression {
    this.refuseFor();
    const entries: [Expression, Expression][] = [];
    while (this.tokens.peek().text !== "}") {
      const key = this.objectKey();
      const separator = this.tokens.next();
      if (separator.text !== "=" && separator.text !== ":") throw notUnderstood(separator);
      entries.push([key, this.expression()]);
      // A line break separates entries as well as a comma does.
      if (this.tokens.peek().text === ",") this.tokens.next();
    }
    this.tokens.next();
    return { kind: "object", entries };
  }

  /** A bare name is a literal key; anything else is an expression. */
  private objectKey(): Expression {
    const key = this.expression();
    return key.kind === "reference" && key.names.length === 1 ? literal(key.names[0] as string) : key;
  }

  private attribute(target: Expression): Expression {
    this.tokens.next();
    const { kind, text } = this.tokens.next();
    if (kind === "number" && /^\d+$/.test(text)) return { kind: "index", target, key: literal(Number(text)) };
    if (kind !== "name")
      throw new ExpressionError(`${JSON.stringify(text)} after a dot`, "an attribute's name");
    if (target.kind === "reference") return { kind: "reference", names: [...target.names, text] };
    return { kind: "index", target, key: literal(text) };
  }

  private index(target: Expression): Expression {
    this.tokens.next();
    const key = this.expression();
    this.expect("]");
    return { kind: "index", target, key };
  }

  private refuseFor(): void {
    if (this.tokens.peek().text === "for") throw new ExpressionError('a "for" expression', UNDERSTOOD);
  }

  private expect(text: string): void {
    const token = this.tokens.next();
    if (token.text === text) return;
    throw token.kind === "operator" ? notUnderstood(token) : new ExpressionError(found(token), `"${text}"`);
  }
}

function literal(value: string | number | boolean | null): Expression {
  return { kind: "literal", value };
}

function notUnderstood(token: Token): ExpressionError {
  return new ExpressionError(
    token.kind === "operator" ? `the operator ${JSON.stringify(token.text)}` : found(token),
    UNDERSTOOD,
  );
}

function found(token: Token): string {
  return token.kind === "end" ? "the end of the text" : JSON.stringify(token.text);
}
