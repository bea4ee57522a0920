import type { BasePathMapping, CustomDomain } from "#model/rest-api";
import { quote } from "#sigv4/refusal";
import type { Refusal } from "../refusal";
import { notServed } from "./not-served";

/** Where a custom domain leads a request. */
export interface MappedRequest {
  readonly kind: "mapped";
  /** The stage of the mapping; undefined if the path names it after the base path. */
  readonly stage?: string;
  /** The raw path after the base path: `/products`, or empty. */
  readonly rest: string;
}

/**
 * Finds the mapping of a request by its raw Host header and path.
 * @returns undefined if the host is not a custom domain of the API
 */
export type MapDomain = (host: string | undefined, rawPath: string) => MappedRequest | Refusal | undefined;

/**
 * Prepares the custom domains of an API. The longest base path that the path begins with decides, segment by segment; the
 * empty one takes the rest. The name is compared without its port, and without regard to case. A wildcard stands for one
 * label, and a name that is written out comes first.
 *
 * What the client has signed is the path that it sent, base path included: the signature is checked on that. Policies are
 * asked about the path after it.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
 */
export function compileDomains(domains: readonly CustomDomain[]): MapDomain {
  if (domains.length === 0) return () => undefined;
  const byName = new Map(domains.map((domain) => [domain.name, sortMappings(domain)]));
  return (host, rawPath) => {
    const name = nameOf(host);
    const mappings = byName.get(name) ?? byName.get(name.replace(/^[^.]+/, "*"));
    if (!mappings) return undefined;
    for (const mapping of mappings) {
      const rest = restAfter(mapping.basePath, rawPath);
      if (rest !== undefined) return follow(mapping, rest);
    }
    return unmapped(host ?? "", mappings);
  };
}

// ---------------------------------------------------------------------------------------------------- internal

function nameOf(host = ""): string {
  return host.replace(/\.?(:\d*)?$/, "").toLowerCase();
}

function sortMappings({ mappings }: CustomDomain): readonly BasePathMapping[] {
  return [...mappings].sort((one, other) => other.basePath.length - one.basePath.length);
}

function restAfter(basePath: string, rawPath: string): string | undefined {
  if (basePath === "") return rawPath;
  const prefix = `/${basePath}`;
  if (rawPath === prefix) return "";
  return rawPath.startsWith(`${prefix}/`) ? rawPath.slice(prefix.length) : undefined;
}

function follow({ address, stage, isOfOtherApi }: BasePathMapping, rest: string): MappedRequest | Refusal {
  if (!isOfOtherApi) return { kind: "mapped", rest, ...(stage !== undefined && { stage }) };
  const reason = "it leads to another API; serve that one";
  return notServed({ address, property: "", reason });
}

/** Source: https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden (a base path that is not mapped) */
function unmapped(host: string, mappings: readonly BasePathMapping[]): Refusal {
  return {
    gate: "route",
    response: "DEFAULT_4XX",
    errorType: "ForbiddenException",
    message: "Forbidden",
    reason: `${quote(host)} has no mapping for this path (has: ${mappings.map(({ basePath }) => `/${basePath}`).join(", ")})`,
  };
}
