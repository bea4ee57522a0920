import type { Block, TerraformDocument } from "#terraform/document";
import { unsupported } from "#terraform/problem";
import type { LocalIdentity } from "./assigned-values";
import { Attributes } from "./attributes";
import { type DocumentedApi, openApiBlocks, openApiSettings } from "./openapi-blocks";

const API = "aws_api_gateway_rest_api";

/**
 * The document with the resources that API Gateway makes of the OpenAPI documents in it (`body`), and without these.
 * @throws Unsupported if a body cannot be read
 */
export function expandBodies(document: TerraformDocument, identity: LocalIdentity): TerraformDocument {
  const apis = [...document.blocks.values()].filter(({ type, arguments: { body } }) => type === API && body);
  if (apis.length === 0) return document;
  const attributes = new Attributes(document, identity, () => {});
  const blocks = new Map(document.blocks);
  for (const api of apis) {
    const { body = null, ...rest } = api.arguments;
    const at = `${api.address}.body`;
    const value = api.assigned ? body : attributes.evaluate(body, at);
    const text = typeof value === "string" ? value : "";
    const place = {
      address: api.address,
      id: attributes.text(api, "id"),
      rootResourceId: attributes.text(api, "root_resource_id"),
    };
    const [settings, made] = readBody(text, at, place);
    blocks.set(api.address, { ...api, arguments: { ...rest, ...settings } });
    for (const block of made) blocks.set(block.address, block);
  }
  return { ...document, blocks };
}

// ---------------------------------------------------------------------------------------------------- internal

function readBody(
  text: string,
  at: string,
  api: DocumentedApi,
): readonly [ReturnType<typeof openApiSettings>, readonly Block[]] {
  try {
    return [openApiSettings(text), openApiBlocks(text, api)];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const [detail = ""] = error.message.split("\n");
    throw unsupported(at, `a document that cannot be read (${detail})`, "OpenAPI 2.0 or 3.0", "correct it");
  }
}
