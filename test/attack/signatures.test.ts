import { REGION } from "../support/api-terraform";
import { attack } from "../support/attack";
import { type Ruling, ruleOn } from "../support/sigv4-rules";
import { drawRequest } from "./signatures/base-request";
import { AMZ_DATE, FAMILIES } from "./signatures/families";
import { CALLERS, circumstancesAt, type Judgement, judge, type Mutant } from "./signatures/judge";

/**
 * Mutants of correctly signed requests. Each is judged by the gateway and by an oracle that AWS's documents were written
 * into once more: what the oracle accepts must be accepted, what it refuses must be refused, and nothing may be a 5xx.
 */

/** Of each family. */
const MUTANTS = { full: 6_500, short: 30 };

for (const { what, mutate, careless } of FAMILIES) {
  attack({
    area: "signatures",
    what,
    target: judge,
    broken: careless,
    async attempt(judges, { full, random, check }) {
      const seen = { accepted: 0, refused: 0, unspecified: 0 };
      // Where AWS says nothing, a mutant must do no harm, and is not counted.
      while (seen.accepted + seen.refused < (full ? MUTANTS.full : MUTANTS.short)) {
        const circumstances = { host: "127.0.0.1:3000", callers: CALLERS, region: REGION, date: AMZ_DATE };
        const mutant = mutate(drawRequest(random, circumstances), random);
        const ruling = ruleOn(mutant.request, circumstancesAt(mutant.now));
        const judgement = await judges(mutant);
        seen[ruling] += 1;
        const held = holds(ruling, judgement);
        if (ruling !== "unspecified" || !held) check(held, () => told(ruling, judgement, mutant));
      }
      // What is accepted has a twin that is refused.
      if (full && (seen.accepted === 0 || seen.refused === 0))
        throw new Error(`one-sided: ${JSON.stringify(seen)}`);
    },
  });
}

/** The verifier says what the oracle says, the gateway what the verifier says, and nothing breaks. */
function holds(ruling: Ruling, { accepted, letIn, status }: Judgement): boolean {
  const agrees = ruling === "unspecified" || accepted === (ruling === "accepted");
  return agrees && (letIn ?? accepted) === accepted && status < 500;
}

function told(ruling: Ruling, judgement: Judgement, { request, now }: Mutant): string {
  const body = Buffer.from(request.body).toString("latin1");
  return `${ruling} by the rules, but ${JSON.stringify(judgement)}: ${JSON.stringify({ ...request, body, now })}`;
}
