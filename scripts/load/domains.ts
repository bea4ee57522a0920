import type { BasePathMapping, CustomDomain } from "#model/rest-api";
import { optional, required, text } from "./properties";
import type { Stack } from "./stack";

/** The custom domains of an API, and what of them refuses requests on AWS and not here. */
export interface Domains {
  readonly domains: readonly CustomDomain[];
  readonly restrictions: readonly string[];
}

/**
 * Reads the custom domains that lead to the API, each with all of its mappings: one of another API takes its base path away
 * from this one. If a domain or a mapping cannot be read, the API answers on none of them, since a request could reach it
 * that another API answers on AWS. They are then among what does not run here.
 */
export function loadDomains(stack: Stack, apiId: string): Domains {
  const names = DOMAIN_TYPES.flatMap((type) => stack.besides(type, DOMAIN));
  const mappings = [
    ...stack.besides("aws_api_gateway_base_path_mapping", MAPPING).map(({ address, values }) => ({
      address,
      values: values && { ...values, basePath: values.base_path, stage: values.stage_name },
    })),
    ...stack.besides("aws_apigatewayv2_api_mapping", MAPPING_V2).map(({ address, values }) => ({
      address,
      values: values && { ...values, basePath: values.api_mapping_key },
    })),
  ];
  if ([...names, ...mappings].some(({ values }) => values === undefined))
    return { domains: [], restrictions: [] };
  const byName = new Map<string, BasePathMapping[]>();
  for (const { address, values } of mappings) {
    if (!values) continue;
    const name = values.domain_name.toLowerCase();
    const mapping = toMapping(address, values, apiId);
    byName.set(name, [...(byName.get(name) ?? []), mapping]);
  }
  for (const { address } of [...names, ...mappings]) stack.serve(address);
  const domains = [...byName].map(([name, each]) => ({ name, mappings: each }));
  return {
    domains: domains.filter((domain) => domain.mappings.some(({ isOfOtherApi }) => !isOfOtherApi)),
    restrictions: names
      .filter(({ has }) => has("mutual_tls_authentication"))
      .map(
        ({ address }) => `${address}.mutual_tls_authentication: client certificates are not asked for here`,
      ),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const DOMAIN_TYPES = ["aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name"] as const;

/** Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/api_gateway_domain_name */
const DOMAIN = { domain_name: required(text) };

/** Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/api_gateway_base_path_mapping */
const MAPPING = {
  domain_name: required(text),
  api_id: required(text),
  stage_name: optional(text),
  base_path: optional(text),
};

/** Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/apigatewayv2_api_mapping */
const MAPPING_V2 = {
  domain_name: required(text),
  api_id: required(text),
  stage: required(text),
  api_mapping_key: optional(text),
};

interface MappingValues {
  readonly api_id: string;
  readonly basePath?: string | undefined;
  readonly stage?: string | undefined;
}

/** An empty base path is `(none)` in what AWS answers. */
function toMapping(
  address: string,
  { api_id, basePath = "", stage = "" }: MappingValues,
  apiId: string,
): BasePathMapping {
  return {
    address,
    basePath: basePath === "(none)" ? "" : basePath.replace(/^\/+|\/+$/g, ""),
    ...(stage !== "" && { stage }),
    ...(api_id !== apiId && { isOfOtherApi: true }),
  };
}
