import type { Random } from "../../support/random";

/** How programs write the characters of a text. */
const SPELLINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => escapeAll(text, "%", 2),
  (text) => escapeAll(text, "%25", 2),
  (text) => escapeAll(text, "\\u", 4),
  (text) => escapeAll(text, "\\\\u", 4),
  (text) => escapeAll(text, "\\x", 2),
  (text) => text.replaceAll("/", "\\/"),
];

/** Draws a secret, whole or cut, as some program writes it. */
export function drawSpelling(secret: string, random: Random): string {
  const cut = random.pick([
    secret,
    secret.slice(0, -1),
    secret.slice(1),
    secret.slice(0, random.integer(LEAST, secret.length)),
    secret.slice(-random.integer(LEAST, secret.length)),
  ]);
  return random.pick(SPELLINGS)(cut);
}

/** So much of a secret must not be readable. */
const LEAST = 16;

/** Whether a text shows a part of a secret, however it is spelled. */
export function isShown(secret: string, text: string): boolean {
  const parts = Array.from({ length: secret.length - LEAST + 1 }, (_, at) => secret.slice(at, at + LEAST));
  return SPELLINGS.some((spell) => parts.some((part) => text.includes(spell(part))));
}

/** What a terminal obeys: sequences, single controls, and what turns the direction of a text. */
export const COMMANDS: readonly string[] = [
  ..."\u0000\u0007\b\r\n\u001b\u007f\u0085\u009b\u009d\u2028\u2029\u061c\u200e\u200f\u202a\u202e\u2066\u2069",
  "\u001b[2J",
  "\u001b]0;title\u0007",
  "\u009b31m",
  "\n09:08:07  GET      200   0.1 ms  /dev/forged",
];

/** What is left of {@link COMMANDS} in a text; it may break lines only where the screen itself does. */
export const OBEYED = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

// ---------------------------------------------------------------------------------------------------- internal

function escapeAll(text: string, before: string, digits: number): string {
  return [...text].map((each) => before + each.charCodeAt(0).toString(16).padStart(digits, "0")).join("");
}
