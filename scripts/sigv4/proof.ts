import { type Mistake, textFor } from "./mistake";
import { MISTAKES } from "./mistakes";
import { headersOf, queryOf, type SignedKey, type Signing, uriOf } from "./signing";

/** The mistakes that give the signature that was sent, one or two, and what the client signed by them. */
export interface Proof {
  readonly mistakes: readonly Mistake[];
  readonly signed: Signing;
}

/** Whether a canonical request, signed with a key, gives the signature that was sent. */
export type Reproduces = (canonicalRequest: string, key: SignedKey) => boolean;

/**
 * Finds the mistakes by which a client signed: tries each mistake of the catalogue, and then each two of them, until one
 * gives the signature that was sent. A signature of 256 bits is not met by chance, so what is found is proven.
 *
 * @param right - what should have been signed
 * @param mostTries - how many signatures are computed at most; long requests get fewer
 * @returns undefined if none of them gives the signature
 */
export function prove(right: Signing, reproduces: Reproduces, mostTries: number): Proof | undefined {
  const start = written(right);
  const singles = effective(
    MISTAKES.flatMap((mistake) => mistake.signed(right).map((signing) => attempt([mistake], signing, start))),
    start,
  );
  const tries = mostTries * Math.min(1, (USUAL_LENGTH / start.canonical().length) ** 2);
  const isProven = ({ canonical, signing }: Attempt): boolean => reproduces(canonical(), signing.key);
  const found = first(singles, singles.length, isProven) ?? first(pairsOf(singles, start), tries, isProven);
  return found && { mistakes: found.mistakes, signed: found.signing };
}

/** Causes and advice of a proof, on one line. */
export function proofLine({ mistakes, signed }: Proof, arrived: Signing): string {
  const [causes, advice] = (["cause", "advice"] as const).map((text) =>
    mistakes.map((mistake) => textFor(mistake[text], signed, arrived)),
  );
  return `${causes?.join(", and ")}: ${[...new Set(advice)].join("; ")}`;
}

// ---------------------------------------------------------------------------------------------------- internal

/** A signing with its lines, which are written once for all attempts that have them in common. */
interface Attempt {
  readonly mistakes: readonly Mistake[];
  readonly signing: Signing;
  readonly lines: Lines;
  readonly canonical: () => string;
}

/** The lines of the parts that are written. */
type Lines = Readonly<Record<Part, string>>;

const PARTS = ["method", "path", "query", "headers", "payload"] as const;
type Part = (typeof PARTS)[number];

/** What a mistake may change. */
const MEMBERS = [...PARTS, "form", "key"] as const satisfies readonly (keyof Signing)[];

const WRITE: Readonly<Record<Part, (signing: Signing) => string>> = {
  method: ({ method }) => method,
  path: uriOf,
  query: queryOf,
  headers: (signing) => `${headersOf(signing)}\n${signing.headers.names.join(";")}`,
  payload: ({ payload }) => payload.hash,
};

/** How long a canonical request is, as a rule. */
const USUAL_LENGTH = 1_000;

function first<T>(values: Iterable<T>, most: number, isWanted: (value: T) => boolean): T | undefined {
  let count = 0;
  for (const value of values) {
    if (count >= most) return undefined;
    count += 1;
    if (isWanted(value)) return value;
  }
  return undefined;
}

/** Each two usual mistakes: in their most usual forms first, then in the rarer ones. */
function* pairsOf(singles: readonly Attempt[], right: Attempt): Generator<Attempt> {
  const forms = new Map<Mistake, number>();
  const ranked = singles.flatMap((single) => {
    const [mistake] = single.mistakes;
    if (mistake === undefined || mistake.isRare) return [];
    const form = forms.get(mistake) ?? 0;
    forms.set(mistake, form + 1);
    return [{ form, single }];
  });
  const usual = ranked.toSorted((one, other) => one.form - other.form).map(({ single }) => single);
  for (const [index, second] of usual.entries()) {
    for (const other of usual.slice(0, index)) yield* together(other, second, right);
  }
}

function written(signing: Signing): Attempt {
  const lines = Object.fromEntries(PARTS.map((part) => [part, WRITE[part](signing)])) as Record<Part, string>;
  return withCanonical([], signing, lines);
}

/** @param like - an attempt that has some parts in common */
function attempt(mistakes: readonly Mistake[], signing: Signing, like: Attempt): Attempt {
  const lines = { ...like.lines };
  for (const part of PARTS) if (signing[part] !== like.signing[part]) lines[part] = WRITE[part](signing);
  return withCanonical(mistakes, signing, lines);
}

function withCanonical(mistakes: readonly Mistake[], signing: Signing, lines: Lines): Attempt {
  let text: string | undefined;
  const canonical = (): string => (text ??= signing.form(PARTS.map((part) => lines[part]).join("\n")));
  return { mistakes, signing, lines, canonical };
}

/** What signs something else than what is right, each once. */
function effective(attempts: readonly Attempt[], right: Attempt): Attempt[] {
  const seen = new Set([right.canonical()]);
  return attempts.filter(({ signing, canonical }) => {
    if (signing.key !== right.signing.key) return true;
    if (seen.has(canonical())) return false;
    seen.add(canonical());
    return true;
  });
}

/** Two mistakes at once: side by side if they are about different parts, else one after the other. */
function together(first: Attempt, second: Attempt, right: Attempt): Attempt[] {
  const [mistake] = second.mistakes;
  if (mistake === undefined || mistake === first.mistakes[0]) return [];
  const mistakes = [...first.mistakes, mistake];
  const changed = MEMBERS.filter((member) => second.signing[member] !== right.signing[member]);
  if (changed.some((member) => first.signing[member] !== right.signing[member])) {
    // Each of them writes the whole body several times.
    if (changed.includes("payload")) return [];
    return mistake.signed(first.signing).map((signing) => attempt(mistakes, signing, first));
  }
  const signing: Signing = {
    ...first.signing,
    ...Object.fromEntries(changed.map((member) => [member, second.signing[member]])),
  };
  const isWritten = (part: Part): boolean => changed.includes(part);
  const lines = { ...first.lines };
  for (const part of PARTS.filter(isWritten)) lines[part] = second.lines[part];
  return [withCanonical(mistakes, signing, lines)];
}
