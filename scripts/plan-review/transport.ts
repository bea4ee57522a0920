import { at } from "#plan/read-plan";
import type { PlannedResource } from "#plan/snapshot";
import { isList } from "#terraform/value";
import type { TransportWeakened } from "./finding";

/** What an API asks of connections to its own address. */
export interface Transport {
  /** The security policy's name; AWS's default where none is set. */
  readonly securityPolicy: string;
  /** `STRICT`, `BASIC`; none for a policy that has none. */
  readonly endpointAccessMode?: string;
}

/** Reads what a planned API asks of connections. */
export function readTransport(api: PlannedResource): Transport {
  const securityPolicy = api.text("security_policy");
  const isUnknown = securityPolicy === undefined && api.isUnknown("security_policy");
  return {
    securityPolicy: isUnknown ? UNKNOWN : (securityPolicy ?? defaultPolicy(api)),
    endpointAccessMode: api.text("endpoint_access_mode"),
  };
}

const UNKNOWN = "known after apply";

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html */
function defaultPolicy(api: PlannedResource): string {
  const blocks = api.value("endpoint_configuration");
  const types = isList(blocks) ? at(blocks[0], "types") : undefined;
  return isList(types) && types.includes("PRIVATE") ? "TLS_1_2" : "TLS_1_0";
}

/** What makes connections less safe, or may do so. */
export function transportFindings(api: string, before: Transport, now: Transport): TransportWeakened[] {
  const [from, to] = [before.securityPolicy, now.securityPolicy];
  const [old, current] = [oldestTls(from), oldestTls(to)];
  const isSafer = old !== undefined && current !== undefined && current > old;
  const isOlder = old !== undefined && current !== undefined && current < old;
  const weakened = { kind: "transport-weakened", api } as const;
  return [
    ...(from === to || isSafer
      ? []
      : [{ ...weakened, loss: isOlder ? "older-tls" : "other-policy", policies: { from, to } } as const]),
    ...(before.endpointAccessMode === "STRICT" && now.endpointAccessMode !== "STRICT"
      ? [{ ...weakened, loss: "host-not-checked" } as const]
      : []),
  ];
}

/** The oldest version that a policy takes, by its name: `1.2`; undefined where the name does not say. */
export function oldestTls(policy: string): string | undefined {
  const [, legacy] = /^TLS_(1_\d)$/.exec(policy) ?? [];
  const [, newest = "", oldest] = /^SecurityPolicy_TLS(1[23])(?:_(1_\d))?_/.exec(policy) ?? [];
  return (legacy ?? oldest ?? newest.replace(/^1/, "1_") ?? undefined)?.replace("_", ".") || undefined;
}
