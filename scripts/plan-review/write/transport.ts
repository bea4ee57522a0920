import type { TransportWeakened } from "../finding";
import { oldestTls, type Transport } from "../transport";
import { changed, code, type Markdown } from "./markdown";

/** A sentence on what connections have to be. */
export function transportNote(api: string, before: Transport | undefined, now: Transport): Markdown {
  const [old, current] = [before && describe(before), describe(now)];
  return `Connections to API ${code(api)}: ${changed(old ?? current, current)}.`;
}

function describe({ securityPolicy, endpointAccessMode }: Transport): Markdown {
  const oldest = oldestTls(securityPolicy);
  const mode = endpointAccessMode === undefined ? "" : `, ${code(endpointAccessMode)}`;
  return `${oldest === undefined ? "TLS" : `TLS ${oldest} or newer`} (${code(securityPolicy)}${mode})`;
}

/** `API … accepts older TLS (… → …)` */
export function transportWeakened({ api, loss, policies }: TransportWeakened): Markdown {
  const change = policies ? ` (${code(policies.from)} → ${code(policies.to)})` : "";
  return `API ${code(api)} ${LOSSES[loss]}${change}`;
}

const LOSSES: Readonly<Record<TransportWeakened["loss"], Markdown>> = {
  "older-tls": "accepts older TLS",
  "other-policy": "may accept weaker TLS",
  "host-not-checked": `takes requests whose host is not the one of their TLS connection (no ${code("STRICT")} any more)`,
};
