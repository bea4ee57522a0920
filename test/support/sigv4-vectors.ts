import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RequestToSign } from "#functions/lib/sigv4";
import { textOf } from "#sigv4/bytes";
import { headerValue, type RawRequest } from "#sigv4/request";
import { parseRawRequest } from "../scripts/sigv4/raw-http";

/** The two algorithms of AWS's vectors, as their folders are called. */
export type VectorKind = "v4" | "v4a";

/** What a vector's `context.json` says; see fixtures/sigv4-vectors/README.md. */
interface Context {
  readonly credentials: {
    readonly access_key_id: string;
    readonly secret_access_key: string;
    readonly token?: string;
  };
  readonly expiration_in_seconds: number;
  readonly normalize: boolean;
  readonly region: string;
  readonly service: string;
  readonly timestamp: string;
}

const FOLDER = join(__dirname, "../fixtures/sigv4-vectors");

/** Every vector of a kind, by its folder's name. */
export const vectorNames = (kind: VectorKind): readonly string[] => readdirSync(join(FOLDER, kind));

/** A vector: how to sign, what is signed, and what the steps give. */
export class Vector {
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly context: Context;
  readonly #folder: string;

  constructor(kind: VectorKind, name: string) {
    this.#folder = join(FOLDER, kind, name);
    this.context = JSON.parse(this.#read("context.json").toString());
    const { access_key_id, secret_access_key, token } = this.context.credentials;
    this.credentials = {
      accessKeyId: access_key_id,
      secretAccessKey: secret_access_key,
      sessionToken: token,
    };
  }

  get date(): Date {
    return new Date(this.context.timestamp);
  }

  /** The request before it is signed. */
  get request(): RequestToSign {
    const { method, target, headers, body } = parseRawRequest(this.#read("request.txt"));
    return {
      method,
      url: `https://${headerValue(headers, "host")}${textOf(target)}`,
      headers: headers.map(([name, value]) => [name, value]),
      body,
    };
  }

  /** The request as it is sent. */
  signedRequest(form: "header" | "query"): RawRequest {
    return parseRawRequest(this.#read(`${form}-signed-request.txt`));
  }

  expected(form: "header" | "query", step: "canonical-request" | "string-to-sign" | "signature"): string {
    return this.#read(`${form}-${step}.txt`).toString("latin1").trimEnd();
  }

  /** The coordinates of the public key, in hex; only in SigV4A. */
  get publicKey(): { readonly X: string; readonly Y: string } {
    return JSON.parse(this.#read("public-key.json").toString());
  }

  #read(file: string): Buffer {
    return readFileSync(join(this.#folder, file));
  }
}
