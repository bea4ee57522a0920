import type { Random } from "../../support/random";

/** A name that its owner can point to any address, as a browser or a careless client writes it. */
export function drawForeignName(random: Random): string {
  const labels = Array.from({ length: random.integer(1, 3) }, () => random.pick(LABELS));
  const name = [...labels, random.pick(["example", "com", "nip.io", "xn--p1ai"])].join(".");
  const spelled = random.pick([name, name.toUpperCase(), `${name}.`]);
  return `${spelled}${random.pick(["", ":3000", ":80", ":"])}`;
}

// ---------------------------------------------------------------------------------------------------- internal

const LABELS = [
  "evil",
  "localhost",
  "127.0.0.1",
  "127-0-0-1",
  "a.test",
  "internal",
  "execute-api.us-east-1.amazonaws.com",
  "[::1]",
  "0",
];
