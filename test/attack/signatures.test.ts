import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { REGION } from "../support/api-terraform";
import { ATTACKS_ARE_FULL, attack } from "../support/attack";
import { type LocalGateway, startGateway } from "../support/local-gateway";
import type { Random } from "../support/random";
import { sendBytes } from "../support/raw-exchange";
import { type Ruling, ruleOn } from "../support/sigv4-rules";
import { drawRequest, signBase } from "./signatures/base-request";
import { hasBotocore, signWithBotocore } from "./signatures/botocore";
import * as changes from "./signatures/changes";
import { coveredBySignature, deliver, deliverUnverified } from "./signatures/delivered";
import { AMZ_DATE, FAMILIES, type Family } from "./signatures/families";
import { CALLERS, circumstancesAt, type Judgement, judge, type Mutant, SIGNED_API } from "./signatures/judge";
import { bytesOnWire, isHttp } from "./signatures/over-socket";

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
        const { mutant, ruling } = drawMutant(mutate, "127.0.0.1:3000", random);
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

attack({
  area: "signatures",
  what: "a function gets what was signed, or nothing",
  target: deliver,
  broken: deliverUnverified,
  async attempt(delivers, { full, random, check }) {
    const circumstances = { host: "127.0.0.1:3000", callers: CALLERS, region: REGION, date: AMZ_DATE };
    for (let tried = 0; tried < (full ? MUTANTS.full : MUTANTS.short); tried += 1) {
      const base = drawRequest(random, circumstances);
      const signed = signBase(base, random);
      const sent = random.pick(changes.OF_TARGETS)(signed, random);
      const whole = await deliver(signed, signed);
      const got = await delivers(signed, sent);
      const held = whole && (!got || coveredBySignature(got) === coveredBySignature(whole));
      check(
        held === true,
        () => `signed as ${JSON.stringify(signed)}, sent to ${JSON.stringify(sent.target)}`,
      );
    }
  },
});

if (ATTACKS_ARE_FULL && hasBotocore()) {
  attack({
    area: "signatures",
    what: "what botocore signs, as it is and changed",
    target: judge,
    broken: FAMILIES[0]?.careless ?? judge,
    async attempt(judges, { full, random, check }) {
      const circumstances = { host: "127.0.0.1:3000", callers: CALLERS, region: REGION, date: AMZ_DATE };
      const bases = Array.from({ length: full ? 5_000 : 30 }, () => drawRequest(random, circumstances));
      for (const signed of signWithBotocore(bases)) {
        const date = signed.headers.find(([name]) => name === "X-Amz-Date")?.[1] ?? "";
        const now = Date.parse(date.replace(/(....)(..)(..T..)(..)/, "$1-$2-$3:$4:")) / 1000;
        const change = random.pick([undefined, changes.flipBit, changes.reorderHeaders, changes.encodeAgain]);
        const mutant = { request: change ? change(signed, random) : signed, now };
        const ruling = ruleOn(mutant.request, circumstancesAt(now));
        const judgement = await judges(mutant);
        const held = holds(ruling, judgement) && (change !== undefined || ruling === "accepted");
        if (ruling !== "unspecified" || !held) check(held, () => told(ruling, judgement, mutant));
      }
    },
  });
}

describe("over a socket", () => {
  /** One that takes everything. */
  const careless = createServer((_, answer) => answer.end());
  let gateway: LocalGateway;
  let now = 0;

  beforeAll(async () => {
    gateway = await startGateway(SIGNED_API, {
      now: () => now * 1000,
      accountLimit: { rate: 1e9, burst: 1e9 },
    });
    await new Promise<void>((listening) => careless.listen(0, "127.0.0.1", listening));
  });
  afterAll(async () => {
    careless.close();
    await gateway.api.close();
  });

  attack({
    area: "signatures",
    what: "all of these, over a socket",
    target: () => gateway.url,
    broken: () => `http://127.0.0.1:${(careless.address() as AddressInfo).port}`,
    async attempt(url, { full, random, check }) {
      for (let sent = 0; sent < (full ? 3_000 : 40); ) {
        const { mutant, ruling } = drawMutant(random.pick(FAMILIES).mutate, new URL(url()).host, random);
        const bytes = bytesOnWire(mutant.request, random);
        if (bytes === undefined || ruling === "unspecified") continue;
        now = mutant.now;
        const [answer] = await sendBytes(url(), [bytes]);
        sent += 1;
        const status = answer?.status ?? 0;
        const taken = status === 200 || status === 415;
        const held =
          taken || (status >= 400 && status < 500)
            ? taken === (ruling === "accepted") || (!taken && !isHttp(mutant.request))
            : false;
        check(
          held,
          () => `${ruling} by the rules, but ${status}: ${JSON.stringify(bytes.toString("latin1"))}`,
        );
      }
    },
  });
});

function drawMutant(
  mutate: Family["mutate"],
  host: string,
  random: Random,
): { readonly mutant: Mutant; readonly ruling: Ruling } {
  const circumstances = { host, callers: CALLERS, region: REGION, date: AMZ_DATE };
  const mutant = mutate(drawRequest(random, circumstances), random);
  return { mutant, ruling: ruleOn(mutant.request, circumstancesAt(mutant.now)) };
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
