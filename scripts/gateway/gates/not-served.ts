import type { NotServed } from "#model/rest-api";
import type { Refusal } from "../refusal";

/**
 * The answer on a route that the local gateway does not serve, in the form of AWS's answers. AWS has no such answer: its
 * status, which API Gateway gives of itself to no request, keeps it apart from those that a deployed API can give.
 */
export function notServed({ address, property, reason }: NotServed): Refusal {
  return {
    gate: "not-served",
    response: "DEFAULT_5XX",
    status: 501,
    errorType: "NotImplementedException",
    message: "Not Implemented",
    reason: `${property === "" ? address : `${address}.${property}`}: ${reason}`,
  };
}

/** Refuses a route of which a gate is not understood, before any gate is asked. */
export function refuseUnknownGates({
  notServed: why,
}: {
  readonly notServed?: NotServed;
}): Refusal | undefined {
  return why?.isGate ? notServed(why) : undefined;
}
