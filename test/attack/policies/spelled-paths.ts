import { createUsageGate } from "#gateway/gates/usage-plan";
import type { HttpRequest } from "#gateway/http/message";
import { allowInvoke, loadApi, type Properties } from "../../support/api-terraform";
import { aRequest } from "../../support/gateway-model";
import type { Random } from "../../support/random";
import { signByRules } from "../../support/sigv4-rules";
import { AMZ_DATE, socketlessGateway } from "../../support/socketless-gateway";

/** Whether a path, as it is spelled, gets through to what is behind `{proxy+}`. */
export type LetThrough = (path: string) => Promise<boolean>;

/** The policies: one denies `/admin`, one allows no path but those below `/open`. */
export type PathPolicy = "denies admin" | "allows open";

/** The gateway, with the policy on the API for callers who do not sign, or on the role of one who does. */
export function letThrough(policy: PathPolicy, isSigned: boolean): LetThrough {
  const statements = {
    "denies admin": [allowInvoke("*"), deny("*/GET/admin"), deny("*/GET/admin/*")],
    "allows open": [allowInvoke("*/GET/open/*")],
  }[policy];
  const model = loadApi({
    routes: [{ route: "GET /{proxy+}", authorization: isSigned ? "AWS_IAM" : "NONE" }],
    ...(isSigned
      ? { roles: { caller: statements } }
      : { policy: statements.map((statement) => ({ ...statement, Principal: "*" })) }),
  });
  const unlimited = createUsageGate(() => 0, { rate: 1e9, burst: 1e9 });
  const gateway = socketlessGateway(model, undefined, unlimited);
  return async (path) => {
    const request: HttpRequest = {
      ...aRequest({ headers: [["Host", "127.0.0.1:3000"]] }),
      target: `/dev${path}`,
    };
    const { region } = model;
    const sent = isSigned
      ? { ...request, ...signByRules(request, gateway.credentials("caller"), { date: AMZ_DATE, region }) }
      : request;
    return (await gateway.handle(sent)).answer.status === 200;
  };
}

/** A server that compares policies with the path as it is spelled. */
export function letThroughAsSpelled(policy: PathPolicy): LetThrough {
  return async (path) => {
    const isBelow = (place: string): boolean => path === place || path.startsWith(`${place}/`);
    return policy === "denies admin" ? !isBelow("/admin") : isBelow("/open");
  };
}

/** A path that leads to a place for a reader that normalizes it, in one way or another. */
export function spellPath(place: string, random: Random): string {
  let path = place;
  for (let rest = random.integer(0, 3); rest > 0; rest -= 1) {
    const slashes = [...path].flatMap((character, index) => (character === "/" ? [index] : []));
    const at = random.pick(slashes);
    const detour = random.pick(["/.", "/", "/open/..", "/x/y/../..", "/%2e", "/a/%2E.", "/b/.%2e"]);
    path = `${path.slice(0, at)}${detour}${path.slice(at)}`;
  }
  return random.fraction() < 0.3
    ? path.replace(/[a-z](?=[a-z]*$)/, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
    : path;
}

// ---------------------------------------------------------------------------------------------------- internal

function deny(methods: string): Properties {
  return { ...allowInvoke(methods), Effect: "Deny" };
}
