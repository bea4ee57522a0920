import { readFileSync } from "node:fs";
import type { Io } from "#cli/command";
import { UserError } from "#modules/project";
import type { RawRequest } from "#sigv4/request";
import { parseRequestMessage, parseResponseMessage } from "./http-message";
import type { Observed } from "./observed";

/** Where somebody else's failure is kept. */
export interface EvidenceFiles {
  /** The answer, or its body; standard input without it. */
  readonly response?: string;
  /** The request in HTTP's own form. */
  readonly request?: string;
  /** The `Authorization` header, where the request does not have it. */
  readonly authorization?: string;
  /** The canonical request that the client signed. */
  readonly canonical?: string;
}

/**
 * Reads what is known of a request that somebody else sent.
 * @throws UserError where a file is not there, or does not hold what it should
 */
export async function readEvidence(files: EvidenceFiles, io: Io): Promise<Observed> {
  if (files.authorization !== undefined && files.request === undefined) {
    throw new UserError(
      "--authorization: say what was signed with it: --request FILE, the request in HTTP's own form",
    );
  }
  const request = files.request === undefined ? undefined : readRequest(files.request, files.authorization);
  const canonicalRequest = files.canonical === undefined ? undefined : readCanonical(files.canonical);
  const response = parseResponseMessage(await readResponse(files.response, io));
  return { response, request, canonicalRequest };
}

// ---------------------------------------------------------------------------------------------------- internal

async function readResponse(path: string | undefined, io: Io): Promise<string> {
  const text =
    path === undefined || path === "-" ? await io.readInput?.() : readFile("the answer", path).toString();
  if (text?.trim()) return text;
  throw new UserError(
    "the answer is empty: name a file with its body, or pipe it in (curl … | npx tsx scripts/diagnose.ts)",
  );
}

function readRequest(path: string, authorization: string | undefined): RawRequest {
  const request = parseRequestMessage(readFile("--request", path));
  if (!request) {
    throw new UserError(
      `--request: '${path}' does not begin with a request line such as GET /dev/products HTTP/1.1; save the request as curl -v shows it`,
    );
  }
  if (authorization === undefined) return request;
  const others = request.headers.filter(([name]) => name.toLowerCase() !== "authorization");
  const value = authorization.replace(/^authorization:\s*/i, "");
  return { ...request, headers: [...others, ["Authorization", value]] };
}

/** The line end that editors put at the end of a file is none of the canonical request's. */
function readCanonical(path: string): string {
  return readFile("--canonical", path).toString().replace(/\r\n/g, "\n").replace(/\n$/, "");
}

function readFile(what: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new UserError(`${what}: cannot read the file '${path}' (${code})`);
  }
}
