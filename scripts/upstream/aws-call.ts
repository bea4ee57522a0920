import type { HeaderLine } from "#sigv4/request";

/** A request to an AWS service, to be signed with the credentials of a role. */
export interface AwsCall {
  /** Of the credential scope: `dynamodb`. */
  readonly service: string;
  readonly region: string;
  readonly method: string;
  /** From the root, percent-encoded. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: readonly HeaderLine[];
  readonly body: Uint8Array;
  readonly roleArn: string;
  readonly timeoutMilliseconds: number;
  /** Ends the call before its time. @default none */
  readonly signal?: AbortSignal;
}

/** Where the resources of an account are. */
export interface AccountLocation {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** What policies have to allow for a call. */
export interface RequiredAccess {
  /** `sqs:SendMessage` */
  readonly action: string;
  readonly resource: string;
}

/** The part of a call that says what it asks for. */
export type AskedCall = Pick<AwsCall, "service" | "method" | "path" | "query" | "headers" | "body">;
