import type { Access } from "#access/authorization-matrix";
import type { RouteAccess } from "./route-access";
import { code, type Markdown } from "./write/markdown";

/** Whether anyone gets through with neither a signature nor a key. */
function isPublic({ route, anonymous }: RouteAccess): boolean {
  return route.authorization === "NONE" && route.apiKeyRequired === false && anonymous !== "none";
}

/**
 * What protection a route loses, in phrases that follow its name: `loses its signature (…)`; empty where it loses none.
 * What cannot be told counts as lost.
 * @param before - undefined where no request got through before
 */
export function lostGates(before: RouteAccess | undefined, after: RouteAccess): Markdown[] {
  const lost = [...lostAuthorization(before, after), ...lostKey(before, after)];
  if (before?.route.authorization === "NONE" && RANK[after.anonymous] > RANK[before.anonymous]) {
    lost.push("lets in more callers who sign nothing, by the API's policy");
  }
  const isNewlyPublic = isPublic(after) && (before === undefined || !isPublic(before));
  return isNewlyPublic ? [...lost, before === undefined ? "is public" : "becomes public"] : lost;
}

const RANK: Readonly<Record<Access, number>> = { none: 0, part: 1, full: 2 };

function lostAuthorization(before: RouteAccess | undefined, after: RouteAccess): Markdown[] {
  const [old, now] = [before?.route.authorization, after.route.authorization];
  if (now === undefined) return ["has an authorization that is known after apply"];
  if (before === undefined || old === "NONE") return [];
  const isSame = old === now && before.route.authorizer === after.route.authorizer;
  if (isSame) return [];
  const change = `${describeAuthorization(before)} → ${describeAuthorization(after)}`;
  if (now === "NONE") return [`loses its ${old === "AWS_IAM" ? "signature" : "authorizer"} (${change})`];
  return [`exchanges its authorization (${change})`];
}

function lostKey(before: RouteAccess | undefined, after: RouteAccess): Markdown[] {
  const [old, now] = [before?.route.apiKeyRequired, after.route.apiKeyRequired];
  if (now === undefined) return ["needs an API key or not: that is known after apply"];
  if (before === undefined || old === false) return [];
  if (!now) return ["needs no API key any more"];
  const isSame = before.route.apiKeySource === after.route.apiKeySource;
  return isSame ? [] : ["takes its API key from elsewhere"];
}

/** A route's authorization, with its authorizer where it has one. */
export function describeAuthorization({ route }: RouteAccess): Markdown {
  const { authorization, authorizer } = route;
  if (authorization === undefined) return "known after apply";
  return authorizer === undefined ? code(authorization) : `${code(authorization)} by ${code(authorizer)}`;
}

/** Whether a route asks for an API key, and where the key comes from if not from the header. */
export function describeKey({ route }: RouteAccess): Markdown {
  if (route.apiKeyRequired === undefined) return "known after apply";
  if (!route.apiKeyRequired) return "no";
  return route.apiKeySource === undefined ? "yes" : `yes, from ${code(route.apiKeySource)}`;
}
