import { type Credentials, RequestSigner } from "aws4";
import { diagnose } from "#diagnosis/diagnose";
import type { Diagnosis } from "#diagnosis/diagnosis";
import type { LookedUp } from "#diagnosis/observed";
import type { Model } from "#model/model";
import { formatAmzDate } from "#sigv4/amz-date";
import type { HeaderLine, RawRequest } from "#sigv4/request";
import { type ApiSpec, allowInvoke, loadApi, REGION } from "../../support/api-terraform";
import { type LocalGateway, startGateway } from "../../support/local-gateway";
import { exchange, type RawAnswer } from "../../support/raw-exchange";
import { temporaryFolder } from "../../support/temporary-folder";

const API_ID = "${aws_api_gateway_rest_api.api.id}";

/** An API that refuses in every way that a gateway can. */
const REFUSING_API: ApiSpec = {
  routes: [
    { route: "GET /open" },
    { route: "GET /signed", authorization: "AWS_IAM" },
    { route: "PUT /signed/{code}", authorization: "AWS_IAM" },
    { route: "GET /signed/{code}", authorization: "AWS_IAM" },
    { route: "GET /denied", authorization: "AWS_IAM" },
    { route: "GET /keyed", method: { api_key_required: true } },
    { route: "GET /both", authorization: "AWS_IAM", method: { api_key_required: true } },
    {
      route: "POST /validated",
      method: {
        request_validator_id: "${aws_api_gateway_request_validator.all.id}",
        request_parameters: { "method.request.querystring.limit": true },
        request_models: { "application/json": "${aws_api_gateway_model.product.name}" },
      },
    },
    { route: "POST /media", mock: { passthroughBehavior: "NEVER" } },
    { route: "GET /throws", lambda: "throws" },
    { route: "GET /slow", lambda: "slow", integration: { timeout_milliseconds: 50 } },
    { route: "GET /unpermitted", lambda: "unpermitted" },
  ],
  roles: {
    reader: [
      allowInvoke("dev/*/signed*"),
      allowInvoke("dev/GET/both"),
      allowInvoke("dev/GET/denied"),
      { ...allowInvoke("dev/GET/denied"), Effect: "Deny" },
    ],
    stranger: [],
  },
  users: { longterm: [allowInvoke("dev/GET/signed")] },
  plans: {
    standard: {},
    elsewhere: { api_stages: [] },
    slow: { throttle_settings: { rate_limit: 1, burst_limit: 1 } },
    small: { quota_settings: { limit: 1, period: "DAY" } },
  },
  keys: {
    good: { plan: "standard" },
    disabled: { plan: "standard", enabled: false },
    planless: {},
    elsewhere: { plan: "elsewhere" },
    throttled: { plan: "slow" },
    spent: { plan: "small" },
  },
  functions: {
    throws: { source: "export const handler = () => { throw new Error('broken'); };" },
    slow: { source: "export const handler = () => new Promise((resolve) => setTimeout(resolve, 10_000));" },
    unpermitted: { source: "export const handler = () => ({});", permitted: false },
  },
  resources: {
    "aws_api_gateway_request_validator.all": {
      rest_api_id: API_ID,
      name: "all",
      validate_request_body: true,
      validate_request_parameters: true,
    },
    "aws_api_gateway_model.product": {
      rest_api_id: API_ID,
      name: "Product",
      content_type: "application/json",
      schema: JSON.stringify({ type: "object", required: ["code"] }),
    },
  },
};

/** When everything happens. */
export const NOW = Date.parse("2026-11-22T10:15:30Z");

/** A request as a test means it, and how aws4 signs it; everything is right unless it is given. */
export interface SignedSpec {
  readonly method?: string;
  /** @default /dev/signed */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly profile?: string;
  readonly credentials?: Credentials;
  readonly region?: string;
  readonly service?: string;
  readonly date?: number;
  /** Changes the client's canonical request before it is signed. */
  readonly canonical?: (canonicalRequest: string) => string;
  /** Changes the request behind the signer's back. */
  readonly sent?: (request: RawRequest) => RawRequest;
}

/** A request, and the canonical request that its client signed. */
export interface Signed {
  readonly request: RawRequest;
  readonly canonicalRequest: string;
}

/** A gateway that refuses, for one test file. */
export class RefusingGateway {
  model!: Model;
  gateway!: LocalGateway;

  constructor(spec: ApiSpec = REFUSING_API) {
    const folder = temporaryFolder();
    beforeAll(async () => {
      this.model = loadApi(spec, folder);
      this.gateway = await startGateway(this.model, { now: () => NOW });
    });
    afterAll(() => this.gateway.api.close());
  }

  /** Signs with aws4, the fault that is asked for included. */
  sign(spec: SignedSpec = {}): Signed {
    const { method = "GET", path = "/dev/signed", body, profile = "reader", date = NOW } = spec;
    const signer = new RequestSigner(
      {
        method,
        path,
        headers: {
          Host: this.gateway.host,
          "X-Amz-Date": formatAmzDate(Math.floor(date / 1000)),
          ...spec.headers,
        },
        body,
        service: spec.service ?? "execute-api",
        region: spec.region ?? REGION,
      },
      spec.credentials ?? this.gateway.credentials(profile),
    );
    const calculate = signer.canonicalString.bind(signer);
    signer.canonicalString = () => spec.canonical?.(calculate()) ?? calculate();
    const signed = signer.sign();
    const request: RawRequest = {
      method,
      target: signed.path,
      headers: Object.entries(signed.headers).map(([name, value]): HeaderLine => [name, String(value)]),
      body: Buffer.from(body ?? ""),
    };
    return { request: spec.sent?.(request) ?? request, canonicalRequest: signer.canonicalString() };
  }

  /** A request without a signature. */
  plain(
    method: string,
    target: string,
    headers: Readonly<Record<string, string>> = {},
    body = "",
  ): RawRequest {
    const lines = Object.entries({ Host: this.gateway.host, ...headers });
    return { method, target, headers: lines, body: Buffer.from(body) };
  }

  key(name: string): string {
    const key = this.model.apiKeys.find((each) => each.name === name);
    if (!key) throw new Error(`no key '${name}'`);
    return key.value;
  }

  exchange(request: RawRequest): Promise<RawAnswer> {
    return exchange(this.gateway.url, request);
  }

  /** All that the API's owner could look up. */
  get lookedUp(): LookedUp {
    const { api, accountId, apiKeys, usagePlans, region } = this.model;
    const plans = usagePlans.map(({ name, apiKeyIds, apiStages, throttle, quota }) => {
      return { name, apiKeyIds, apiStages, throttle, quota };
    });
    return { source: "the test", api, accountId, region, keys: { keys: apiKeys, plans } };
  }

  /** Sends a request and diagnoses the answer with everything that is known. */
  async diagnose({ request, canonicalRequest }: Partial<Signed> & { readonly request: RawRequest }): Promise<{
    readonly status: number;
    readonly text: string;
    readonly diagnosis: Diagnosis;
  }> {
    const { status, headers, body } = await this.exchange(request);
    const text = body.toString();
    const response = { status, headers, body: text };
    return {
      status,
      text,
      diagnosis: diagnose({ response, request, canonicalRequest, lookedUp: this.lookedUp }),
    };
  }
}
