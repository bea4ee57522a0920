import type { GatewayCall } from "../../call";
import { readQuery } from "../../query";
import { buildRequestContext, eventHeaders } from "../event";

/** What mappings and templates read of a request, each part as late as something asks for it. */
export class RequestSources {
  readonly call: GatewayCall;
  private parts: Parts | undefined;
  private made: ReturnType<typeof buildRequestContext> | undefined;

  constructor(call: GatewayCall) {
    this.call = call;
  }

  /** Headers as the client spells them, values of each in order. */
  get headers(): ReadonlyMap<string, readonly string[]> {
    return this.read().headers;
  }

  get query(): ReadonlyMap<string, readonly string[]> {
    return this.read().query;
  }

  get path(): Readonly<Record<string, string>> {
    return this.call.match.pathParameters;
  }

  get stageVariables(): Readonly<Record<string, string>> {
    return this.call.match.stage.variables;
  }

  get context(): ReturnType<typeof buildRequestContext> {
    this.made ??= buildRequestContext(this.call);
    return this.made;
  }

  /** What `$input.params()` shows: of several values the last. */
  get parameters(): {
    readonly path: Readonly<Record<string, string>>;
    readonly querystring: Readonly<Record<string, string>>;
    readonly header: Readonly<Record<string, string>>;
  } {
    return { path: this.path, querystring: lastOf(this.query), header: lastOf(this.headers) };
  }

  private read(): Parts {
    this.parts ??= {
      headers: new Map(eventHeaders(this.call).values()),
      query: readQuery(this.call.request.target),
    };
    return this.parts;
  }
}

// ---------------------------------------------------------------------------------------------------- internal

interface Parts {
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly query: ReadonlyMap<string, readonly string[]>;
}

function lastOf(values: ReadonlyMap<string, readonly string[]>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, list]) => [name, list.at(-1) ?? ""]));
}
