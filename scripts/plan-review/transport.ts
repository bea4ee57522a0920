import { isList } from "#terraform/value";
import { at } from "./json";
import type { PlannedResource } from "./snapshot";
import { changed, code, type Markdown } from "./write/markdown";

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

/** A sentence on what connections have to be. */
export function transportNote(name: string, before: Transport | undefined, now: Transport): Markdown {
  const [old, current] = [before && describe(before), describe(now)];
  return `Connections to API ${code(name)}: ${changed(old ?? current, current)}.`;
}

function describe({ securityPolicy, endpointAccessMode }: Transport): Markdown {
  const oldest = oldestTls(securityPolicy);
  const mode = endpointAccessMode === undefined ? "" : `, ${code(endpointAccessMode)}`;
  return `${oldest === undefined ? "TLS" : `TLS ${oldest} or newer`} (${code(securityPolicy)}${mode})`;
}

/** What makes connections less safe, or may do so. */
export function transportFindings(name: string, before: Transport, now: Transport): Markdown[] {
  const api = `API ${code(name)}`;
  const [old, current] = [oldestTls(before.securityPolicy), oldestTls(now.securityPolicy)];
  const policies = `(${code(before.securityPolicy)} → ${code(now.securityPolicy)})`;
  const isSafer = old !== undefined && current !== undefined && current > old;
  const isOlder = old !== undefined && current !== undefined && current < old;
  const policy =
    before.securityPolicy === now.securityPolicy || isSafer
      ? []
      : [`${api} ${isOlder ? "accepts older TLS" : "may accept weaker TLS"} ${policies}`];
  const mode =
    before.endpointAccessMode === "STRICT" && now.endpointAccessMode !== "STRICT"
      ? [
          `${api} takes requests whose host is not the one of their TLS connection (no ${code("STRICT")} any more)`,
        ]
      : [];
  return [...policy, ...mode];
}

/** The oldest version that a policy takes, by its name: `1.2`; undefined where the name does not say. */
function oldestTls(policy: string): string | undefined {
  const [, legacy] = /^TLS_(1_\d)$/.exec(policy) ?? [];
  const [, newest = "", oldest] = /^SecurityPolicy_TLS(1[23])(?:_(1_\d))?_/.exec(policy) ?? [];
  return (legacy ?? oldest ?? newest.replace(/^1/, "1_") ?? undefined)?.replace("_", ".") || undefined;
}
