import { isLiteralTemplate } from "#gateway/integrate/literal-template";
import { readExpression } from "#gateway/integrate/mapped/expressions";
import { readTarget } from "#gateway/integrate/mapped/parameters";
import { notFollowed } from "#terraform/problem";
import { describe } from "#terraform/value";
import { compileTemplate, matchesPattern, VtlError } from "#vtl/engine";
import { refuseContentTypes, refusedByAws } from "./aws-refusals";
import type { Resource } from "./stack";

/**
 * Refuses mappings of an integration's request that API Gateway does not have.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 * @throws Unsupported
 */
export function refuseMappings({ address, values }: Resource<"aws_api_gateway_integration">): void {
  for (const [target, expression] of Object.entries(values.request_parameters)) {
    const at = `${address}.request_parameters.${JSON.stringify(target)}`;
    if (readTarget(target) === undefined) {
      const form = "integration.request.header.NAME, .querystring.NAME or .path.NAME";
      const answer = `Invalid mapping expression parameter specified: ${target}`;
      throw refusedByAws(at, describe(target), form, "correct it", answer);
    }
    const read = readExpression(expression);
    if (read === undefined || read.from === "response") {
      const form = "'text', method.request.header.NAME and the like, context.NAME or stageVariables.NAME";
      const answer = `Invalid mapping expression specified: ${expression}`;
      throw refusedByAws(at, describe(expression), form, "correct it", answer);
    }
  }
}

/** Whether a header of the answer can be mapped from an expression. */
export function isResponseMapping(expression: string): boolean {
  const read = readExpression(expression);
  return read !== undefined && read.from !== "text" && read.from !== "request";
}

/**
 * Refuses templates that do not parse, and what is not supported in them, by its place.
 * @throws Unsupported
 */
export function refuseTemplates(templates: Readonly<Record<string, string>>, address: string): void {
  refuseContentTypes(templates, address);
  for (const [contentType, template] of Object.entries(templates)) {
    if (isLiteralTemplate(template)) continue;
    const reason = problemOf(() => compileTemplate(template));
    if (reason === undefined) continue;
    throw notFollowed(
      `${address}.${JSON.stringify(contentType)}`,
      `a template that cannot be run (${reason})`,
      "Velocity (VTL) as API Gateway has it",
      "correct it",
    );
  }
}

/** Refuses a selection pattern that is not a regular expression of Java. @throws Unsupported */
export function refusePattern(pattern: string | undefined, address: string): void {
  if (!pattern || problemOf(() => matchesPattern(pattern, "")) === undefined) return;
  throw notFollowed(address, describe(pattern), "a regular expression", "write it in a simpler way");
}

// ---------------------------------------------------------------------------------------------------- internal

function problemOf(step: () => unknown): string | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    if (error instanceof VtlError) return error.message;
    throw error;
  }
}
