import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ApiGatewayGatewayResponse } from "@cdktf/provider-aws/lib/api-gateway-gateway-response";
import { ApiGatewayModel } from "@cdktf/provider-aws/lib/api-gateway-model";
import { ApiGatewayRequestValidator } from "@cdktf/provider-aws/lib/api-gateway-request-validator";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { Construct } from "constructs";
import { headerParameters } from "./header-parameters";
import { projectFolder, UserError } from "./project";
import type { Route } from "./route";

export interface BodyValidationProps {
  readonly restApi: ApiGatewayRestApi;
  readonly routes: readonly ValidatedRoute[];
  /** The headers of the answer to an invalid body. @default those of every refusal */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A route whose body has to fit a schema. */
export type ValidatedRoute = Route & { readonly bodySchema: string };

/** The arguments of a method whose body is validated. */
export interface MethodValidation {
  readonly requestValidatorId: string;
  readonly requestModels: Record<string, string>;
}

/**
 * Validation of bodies before the integration is called: a model for each schema, one validator, and an answer. API
 * Gateway's default answer is "Invalid request body". It can add the fault, but does not name the member whose value is
 * wrong: so the answer also lists what the schemas expect of each member.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export class BodyValidation extends Construct {
  private readonly validator: ApiGatewayRequestValidator;
  private readonly models = new Map<string, ApiGatewayModel>();

  constructor(scope: Construct, id: string, { restApi, routes, headers }: BodyValidationProps) {
    super(scope, id);
    this.validator = new ApiGatewayRequestValidator(this, "validator", {
      restApiId: restApi.id,
      name: "body",
      validateRequestBody: true,
    });
    const expected = routes.map((route) => {
      const schema = readSchema(route.bodySchema);
      if (!this.models.has(route.bodySchema)) {
        this.models.set(route.bodySchema, this.addModel(restApi, schema));
      }
      return `${route.method} ${route.path} takes ${describeBody(schema)}`;
    });
    new ApiGatewayGatewayResponse(this, "answer", {
      restApiId: restApi.id,
      responseType: "BAD_REQUEST_BODY",
      responseParameters: headers && headerParameters("gatewayresponse", headers),
      responseTemplates: { "application/json": answerTemplate(expected.join("; ")) },
    });
  }

  /**
   * The arguments for a route's method. `$default` stands for every content type, so that no other type bypasses the
   * model.
   */
  of({ bodySchema }: ValidatedRoute): MethodValidation {
    const model = this.models.get(bodySchema) as ApiGatewayModel;
    return { requestValidatorId: this.validator.id, requestModels: { $default: model.name } };
  }

  private addModel(restApi: ApiGatewayRestApi, schema: BodySchema): ApiGatewayModel {
    return new ApiGatewayModel(this, schema.title, {
      restApiId: restApi.id,
      name: schema.title,
      contentType: "application/json",
      schema: JSON.stringify(schema),
    });
  }
}

/** The schema of an object, with a title that names the model and a description for each member. */
interface BodySchema {
  readonly title: string;
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, { readonly description: string }>>;
}

/** @throws UserError if a schema lacks what the model and the answer are made from */
function readSchema(path: string): BodySchema {
  const schema = JSON.parse(readFileSync(join(projectFolder(), path), "utf8"));
  const { title, required, properties = {} } = schema as Partial<BodySchema>;
  // Source: https://docs.aws.amazon.com/apigateway/latest/api/API_CreateModel.html
  if (!/^[A-Za-z0-9]+$/.test(title ?? "")) {
    throw new UserError(`${path}: got title '${title}', expected letters and digits: it names the model`);
  }
  const silent = Object.keys(properties).filter((name) => !properties[name]?.description);
  if (!required || silent.length > 0) {
    throw new UserError(
      `${path}: expected 'required' and a description of each property, which answers are made from` +
        (silent.length > 0 ? `; without one: ${silent.join(", ")}` : ""),
    );
  }
  return schema;
}

function describeBody({ required, properties }: BodySchema): string {
  const members = Object.entries(properties).map(([name, { description }]) => {
    return `${name}${required.includes(name) ? "" : " (may be left out)"}: ${description}`;
  });
  return `a JSON object of ${members.join("; ")}`;
}

/**
 * The template of the answer. Only the fault has to be escaped.
 * @throws UserError if a description would be read as part of a program
 * Source: https://github.com/stevenalexander/aws-lambda-request-validation#test
 */
function answerTemplate(expected: string): string {
  const text = expected.replaceAll('"', "'");
  const [special] = /[$#\\]/.exec(text) ?? [];
  if (special)
    throw new UserError(`a schema's description has a '${special}', which templates take for their own`);
  return `{"message": "Invalid request body: $context.error.validationErrorString; ${text}"}`;
}
