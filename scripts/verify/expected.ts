import type { Access, RouteAccess } from "#access/authorization-matrix";

/** What came of a request: it went past every gate, or one of them refused. */
export type Outcome = "passed" | "not signed" | "not authorized" | "no valid key";

/** Who calls, and with which key. */
export interface ProbeCaller {
  readonly name: string;
  /** The name of the role that signs; undefined where nobody does. */
  readonly role?: string;
  readonly key: "right" | "wrong" | "none";
}

/** Who calls each route. */
export interface CallerRoles {
  readonly reader: string;
  readonly writer: string;
  readonly stranger: string;
}

/**
 * Who calls a route: those who differ in what they show. Where a key is needed, the caller who may do most comes without
 * one, too, and with one that nobody was given.
 */
export function probeCallers(
  { apiKeyRequired }: Pick<RouteAccess, "apiKeyRequired">,
  { reader, writer, stranger }: CallerRoles,
): readonly ProbeCaller[] {
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
 * What may come of a call, by the synthesized policies and settings. There is more than one where a policy lets some
 * requests of a route pass and not others.
 */
export function expectedOutcomes(route: RouteAccess, { role, key }: ProbeCaller): readonly Outcome[] {
  if (route.authorization === "AWS_IAM" && role === undefined) return ["not signed"];
  const behind: Outcome = route.apiKeyRequired && key !== "right" ? "no valid key" : "passed";
  const access = route.authorization === "NONE" ? route.anonymous : accessOf(route, role);
  return { full: [behind], none: ["not authorized" as const], part: ["not authorized" as const, behind] }[
    access
  ];
}

function accessOf({ principals }: RouteAccess, role: string | undefined): Access {
  return principals.find(({ name }) => name === role)?.access ?? "none";
}
