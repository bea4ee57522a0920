import { attack } from "../support/attack";
import { applies, appliesNaively, drawQuestion } from "./policies/conditions";
import { drawName, getsThrough, getsThroughByCase } from "./policies/principals";
import { letThrough, letThroughAsSpelled, type PathPolicy, spellPath } from "./policies/spelled-paths";

/** What a policy keeps out must stay out, whichever way it is spelled, and what AWS's pages leave open must not let in. */

const TRIES = { full: 5_000, short: 60 };

for (const isSigned of [true, false]) {
  for (const policy of ["denies admin", "allows open"] as const satisfies readonly PathPolicy[]) {
    attack({
      area: "policies",
      what: `a policy that ${policy}, ${isSigned ? "signed" : "open"}, and spelled paths`,
      target: letThrough(policy, isSigned),
      broken: letThroughAsSpelled(policy),
      async attempt(passes, { full, random, check }) {
        for (let tried = 0; tried < (full ? TRIES.full : TRIES.short); tried += 1) {
          const path = spellPath(random.pick(["/admin", "/admin/x"]), random);
          check(!(await passes(path)), () => `${path} got through`);
        }
        // What is let in has to stay so.
        check(await passes("/open/x"), () => "/open/x did not get through");
      },
    });
  }
}

attack({
  area: "policies",
  what: "conditions on absent and odd values",
  target: applies,
  broken: appliesNaively,
  attempt(holds, { full, random, check }) {
    for (let tried = 0; tried < (full ? TRIES.full : TRIES.short); tried += 1) {
      const { question, holds: expected } = drawQuestion(random);
      const answers = [holds("Allow", question), holds("Deny", question)];
      // What is open neither allows nor spares.
      const right = expected === "open" ? [false, true] : [expected, expected];
      check(String(answers) === String(right), () => `${JSON.stringify(question)}: ${answers}, not ${right}`);
    }
  },
});

attack({
  area: "policies",
  what: "principals in another case",
  target: getsThrough,
  broken: getsThroughByCase,
  attempt(passes, { full, random, check }) {
    for (let tried = 0; tried < (full ? TRIES.full : TRIES.short); tried += 1) {
      const { name, is } = drawName(random);
      const right = { exact: [true, false], "in another case": [false, false], other: [false, true] }[is];
      const answers = [passes("Allow", name), passes("Deny", name)];
      check(String(answers) === String(right), () => `${name}, ${is}: ${answers}, not ${right}`);
    }
  },
});
