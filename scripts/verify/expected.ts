import type { Access, RouteAccess } from "#access/authorization-matrix";

/** The outcome of a request: it passed every gate, or one of them refused it. */
export type Outcome = "passed" | "not signed" | "not authorized" | "no valid key";

/** A caller, and the key that it sends. */
export interface ProbeCaller {
  readonly name: string;
  /** The name of the role that signs; undefined if the request is not signed. */
  readonly role?: string;
  readonly key: "right" | "wrong" | "none";
}

/** The roles that call each route. */
export interface CallerRoles {
  readonly reader: string;
  readonly writer: string;
  readonly stranger: string;
}

/**
 * The callers of a route. If it needs a key, the role with the most permissions also calls it without a key, and with a
 * key that does not exist. A route has no callers if who may call it is not known here: an authorizer decides, or a gate is
 * not understood.
 */
export function probeCallers(
  { apiKeyRequired, authorization, notServed }: RouteAccess,
  { reader, writer, stranger }: CallerRoles,
): readonly ProbeCaller[] {
  if (notServed?.isGate || (authorization !== "NONE" && authorization !== "AWS_IAM")) return [];
  const key = apiKeyRequired ? "right" : "none";
  const signers = [
    { name: "unsigned", key },
    { name: "reader", role: reader, key },
    { name: "writer", role: writer, key },
    { name: "stranger", role: stranger, key },
  ] as const;
  if (!apiKeyRequired) return signers;
  return [
    ...signers,
    { name: "no key", role: writer, key: "none" },
    { name: "wrong key", role: writer, key: "wrong" },
  ];
}

/**
 * The possible outcomes of a call, by the synthesized policies and settings. There are two if a policy allows some requests
 * of a route and not others.
 */
export function expectedOutcomes(route: RouteAccess, { role, key }: ProbeCaller): readonly Outcome[] {
  if (route.authorization === "AWS_IAM" && role === undefined) return ["not signed"];
  const allowed: Outcome = route.apiKeyRequired && key !== "right" ? "no valid key" : "passed";
  const access = route.authorization === "NONE" ? route.anonymous : accessOf(route, role);
  return { full: [allowed], none: ["not authorized" as const], part: ["not authorized" as const, allowed] }[
    access
  ];
}

function accessOf({ principals }: RouteAccess, role: string | undefined): Access {
  return principals.find(({ name }) => name === role)?.access ?? "none";
}
