import { createHash } from "node:crypto";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import {
  DefaultTokenResolver,
  StringConcat,
  TerraformDataSource,
  TerraformElement,
  TerraformLocal,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
  Tokenization,
} from "cdktf";
import type { Construct } from "constructs";

/** The parts of an API that a deployment publishes, as they are when the stack is synthesized. */
export interface ApiParts {
  /** The addresses of what shapes the API, sorted: `aws_api_gateway_method.x`. */
  readonly addresses: readonly string[];
  /** SHA-256 over the whole configuration of these parts and of the API itself. */
  readonly hash: string;
  /** Their references to other resources, sorted: `aws_lambda_function.f.invoke_arn`. */
  readonly references: readonly string[];
}

/** These belong to an API and do not shape it: they publish it, or apply to a stage at once. */
const PUBLISHERS: ReadonlySet<string> = new Set([
  "aws_api_gateway_deployment",
  "aws_api_gateway_method_settings",
  "aws_api_gateway_stage",
]);

/**
 * Finds what shapes an API anywhere in its stack: every `aws_api_gateway_…` resource whose `rest_api_id` leads to the API,
 * whichever construct it was made in. What a Terraform module makes within itself is not seen.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
 */
export function partsOf(restApi: ApiGatewayRestApi): ApiParts {
  const elements = elementsOf(restApi);
  const own = `${restApi.terraformResourceType}.${restApi.friendlyUniqueId}`;
  const parts = new Map(
    [...elements].filter(
      ([address, element]) =>
        mayShape(element) && leadsTo(own, restApiIdOf(element), elements, new Set([address])),
    ),
  );
  const texts = [restApi, ...parts.values()].map((element) => textOf(element));
  const references = texts.flatMap((text) => referencesIn(text, elements));
  const outside = references.filter(({ address }) => address !== own && !parts.has(address));
  return {
    addresses: [...parts.keys()].sort(),
    hash: createHash("sha256").update(texts.sort().join("\n")).digest("hex"),
    references: [...new Set(outside.map(({ reference }) => reference))].sort(),
  };
}

/**
 * Finds what shapes an API and is made only after something that publishes it, which Terraform would refuse as a cycle.
 * @param published - the construct that has the deployment and the stage
 * @returns a line for each, which says what to do
 */
export function partsThatWait(restApi: ApiGatewayRestApi, published: Construct): string[] {
  const elements = elementsOf(restApi);
  const publishers = new Set(
    [...elements].filter(([, { node }]) => node.scopes.includes(published)).map(([address]) => address),
  );
  const known = new Map<TerraformElement, Reference[]>();
  const referencesOf = (element: TerraformElement) => {
    const references = known.get(element) ?? referencesIn(textOf(element), elements);
    known.set(element, references);
    return references;
  };
  const waitsFor = (address: string, passed: Set<string>): string | undefined => {
    if (publishers.has(address)) return address;
    const element = elements.get(address);
    if (element === undefined || passed.has(address)) return undefined;
    passed.add(address);
    return referencesOf(element)
      .map((reference) => waitsFor(reference.address, passed))
      .find((found) => found !== undefined);
  };
  return partsOf(restApi).addresses.flatMap((address) => {
    const publisher = waitsFor(address, new Set());
    return publisher === undefined
      ? []
      : [
          `${address} shapes the API and refers to ${publisher}, which is made after it: ` +
            "name the stage by its settings (stageName) instead",
        ];
  });
}

type Elements = ReadonlyMap<string, TerraformElement>;

/** Everything in the stack that an expression can refer to, by address. */
function elementsOf(restApi: ApiGatewayRestApi): Elements {
  const elements = TerraformStack.of(restApi).node.findAll().filter(TerraformElement.isTerraformElement);
  return new Map(
    elements.flatMap((element) => {
      const address = addressOf(element);
      return address === undefined ? [] : [[address, element]];
    }),
  );
}

/** Undefined for providers, outputs and the like, which no expression refers to. */
function addressOf(element: TerraformElement): string | undefined {
  const id = element.friendlyUniqueId;
  if (TerraformResource.isTerraformResource(element)) return `${element.terraformResourceType}.${id}`;
  if (TerraformDataSource.isTerraformDataSource(element))
    return `data.${element.terraformResourceType}.${id}`;
  if (element instanceof TerraformLocal) return `local.${id}`;
  if (element instanceof TerraformVariable) return `var.${id}`;
  return undefined;
}

function mayShape(element: TerraformElement): element is TerraformResource {
  if (!TerraformResource.isTerraformResource(element)) return false;
  const { terraformResourceType: type } = element;
  return type.startsWith("aws_api_gateway_") && !PUBLISHERS.has(type);
}

/** Whether a text refers to an API, by itself or by way of another part of it, a data source or a local value. */
function leadsTo(own: string, text: string, elements: Elements, passed: Set<string>): boolean {
  return referencesIn(text, elements).some(({ address }) => {
    if (address === own) return true;
    const element = elements.get(address);
    if (element === undefined || passed.has(address)) return false;
    passed.add(address);
    if (mayShape(element)) return leadsTo(own, restApiIdOf(element), elements, passed);
    const isValue = address.startsWith("data.") || element instanceof TerraformLocal;
    return isValue && leadsTo(own, textOf(element), elements, passed);
  });
}

function restApiIdOf(element: TerraformResource): string {
  const { resource } = element.toTerraform();
  const { rest_api_id } = resource[element.terraformResourceType][element.friendlyUniqueId];
  return rest_api_id === undefined ? "" : JSON.stringify(resolveTokens(rest_api_id, element));
}

/** An address and an attribute of it: `data.aws_iam_policy_document.d.json`. */
interface Reference {
  readonly address: string;
  readonly reference: string;
}

const REFERENCE = /\b((?:data\.)?[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*)(?:\.[a-z_]\w*)*/g;

/** The references in a text to resources of the stack. */
function referencesIn(text: string, elements: Elements): Reference[] {
  return [...text.matchAll(REFERENCE)]
    .map(([reference, address = ""]) => ({ address, reference }))
    .filter(({ address }) => elements.has(address));
}

/** An element's Terraform configuration, as text that is equal for equal content. */
function textOf(element: TerraformElement): string {
  return JSON.stringify(resolveTokens(element.toTerraform(), element), sortMembers);
}

function resolveTokens(value: unknown, scope: TerraformElement): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(value, { scope, resolver, preparing: false });
}

/** A replacer for `JSON.stringify` that makes equal objects equal text, whatever order their members came in. */
function sortMembers(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
