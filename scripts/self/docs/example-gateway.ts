import { type Answer, send } from "#call/send";
import { signRequestMultiRegion } from "#call/sigv4a";
import { type Credentials, signRequest } from "#functions/lib/sigv4";
import type { Model } from "#model/model";
import type { RawRequest } from "#sigv4/request";
import { startStage } from "#stage/start-stage";
import { EXAMPLE, exampleCredentials, exampleModel } from "./example";

/** A request and its answer. */
export interface Shown {
  readonly request: RawRequest;
  readonly answer: Answer;
}

/** How a request of the example differs from a plain, unsigned `GET`. */
export interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  /** The signer. @default the request is not signed */
  readonly credentials?: Credentials;
  readonly region?: string;
  /** Signs for these regions, with SigV4A. @default for one region */
  readonly regionSet?: readonly string[];
  readonly service?: string;
  /** @default the example's time */
  readonly date?: Date;
  /** Changes the request after it is signed. */
  readonly change?: (request: RawRequest) => RawRequest;
}

/** The gateway of the example, with a fixed clock. */
export interface ExampleGateway {
  /** The URL that it really listens on. */
  readonly url: string;
  readonly model: Model;
  /** Sends a `GET`, as a client of the example's host. */
  get(path: string, sending?: Sending): Promise<Shown>;
  close(): Promise<void>;
}

/** Serves a stage for the example: every answer is the same each time, except for ids and dates in its headers. */
export async function startExampleGateway(stage: Model): Promise<ExampleGateway> {
  const model = exampleModel(stage);
  const { api } = await startStage({
    stageName: EXAMPLE.stage,
    model,
    seed: "example",
    credentials: exampleCredentials(model),
    now: () => EXAMPLE.date.getTime(),
  });
  const { url, close } = api;
  return {
    url,
    model,
    close,
    async get(path, sending = {}) {
      const { change = (request) => request } = sending;
      const request = change(await prepare(path, sending));
      return { request, answer: await send(request, url, true) };
    },
  };
}

async function prepare(
  path: string,
  { headers = {}, credentials, date = EXAMPLE.date, regionSet, ...scope }: Sending,
): Promise<RawRequest> {
  const unsigned = { method: "GET", url: `http://${EXAMPLE.host}/${EXAMPLE.stage}${path}`, headers };
  const { region = EXAMPLE.region, service } = scope;
  const sign = (by: Credentials) =>
    regionSet === undefined
      ? signRequest(unsigned, { credentials: by, region, service, date })
      : signRequestMultiRegion(unsigned, { credentials: by, regionSet, service, date });
  const signed = credentials ? await sign(credentials) : unsigned;
  const { pathname, search } = new URL(signed.url);
  return {
    method: "GET",
    target: pathname + search,
    headers: Object.entries({ host: EXAMPLE.host, ...signed.headers }),
    body: Buffer.alloc(0),
  };
}
