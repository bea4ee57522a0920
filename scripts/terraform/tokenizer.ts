import { ExpressionError } from "./problem";

/** A token of the inside of `${…}`. The parser reads text in quotes, because it can contain templates. */
export type Token =
  | { readonly kind: "name" | "punctuation" | "operator"; readonly text: string }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "quote"; readonly text: '"' }
  | { readonly kind: "end"; readonly text: "" };

const PATTERNS: readonly (readonly [Exclude<Token["kind"], "end">, RegExp])[] = [
  ["number", /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ["name", /[\p{L}_][\p{L}\p{N}_-]*/uy],
  ["quote", /"/y],
  // Two characters first: `==` is one operator, `=` joins a key and its value.
  ["operator", /==|!=|<=|>=|=>|&&|\|\||\.\.\.|\.\*|\[\*\]|[-+*/%<>!?]/y],
  ["punctuation", /[()[\]{},.=:]/y],
];

/** Reads tokens of an expression off a text, from a position that the parser can also move. */
export class Tokenizer {
  position = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The next token, which is consumed. */
  next(): Token {
    this.skipSpace();
    if (this.position >= this.text.length) return { kind: "end", text: "" };
    for (const [kind, pattern] of PATTERNS) {
      pattern.lastIndex = this.position;
      const text = pattern.exec(this.text)?.[0];
      if (text === undefined) continue;
      this.position += text.length;
      return { kind, text } as Token;
    }
    throw new ExpressionError(
      `the character ${JSON.stringify(this.text[this.position])} at position ${this.position + 1}`,
      "an expression",
    );
  }

  /** The next token, which stays. */
  peek(): Token {
    const start = this.position;
    const token = this.next();
    this.position = start;
    return token;
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.position] ?? "")) this.position += 1;
  }
}
