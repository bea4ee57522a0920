import { readFileSync } from "node:fs";
import type { Io } from "#cli/command";
import type { Observed } from "#diagnosis/observed";
import { UserError } from "#modules/project";
import { type Piece, readPieces } from "./read";

/** Where what a person has of a refusal is kept. */
export interface EvidenceFiles {
  /** Any number of files, in any form; standard input without them, and for `-`. */
  readonly files: readonly string[];
  /** A file that holds the request. */
  readonly request?: string;
  /** The `Authorization` header, where the request does not have it. */
  readonly authorization?: string;
  /** The canonical request that the client signed. */
  readonly canonical?: string;
}

/**
 * Reads what is known of a request that another client sent.
 * @throws UserError where a file is not there, or does not hold what it should
 */
export async function readEvidence(
  named: EvidenceFiles,
  io: Io,
): Promise<Observed & { readonly pieces: readonly Piece[] }> {
  const { request: requestFile, authorization, canonical } = named;
  if (authorization !== undefined && requestFile === undefined) {
    throw new UserError(
      "--authorization: say what was signed with it: --request FILE, the request in HTTP's own form",
    );
  }
  const said: Piece[] = [
    ...(requestFile === undefined ? [] : [requestPiece(requestFile)]),
    ...(canonical === undefined
      ? []
      : [{ bytes: readFile("--canonical", canonical), is: "canonical" as const }]),
  ];
  const pieces = [...(await answerPieces(named.files, said.length > 0, io)), ...said];
  const observed = readPieces(pieces);
  if (authorization === undefined || observed.request === undefined) return { ...observed, pieces };
  const others = observed.request.headers.filter(([name]) => name.toLowerCase() !== "authorization");
  const value = authorization.replace(/^authorization:\s*/i, "");
  return {
    ...observed,
    pieces,
    request: { ...observed.request, headers: [...others, ["Authorization", value]] },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

async function answerPieces(files: readonly string[], isMoreSaid: boolean, io: Io): Promise<Piece[]> {
  const names = files.length === 0 ? ["-"] : files;
  const pieces = await Promise.all(
    names.map(async (name) => ({
      bytes: name === "-" ? Buffer.from((await io.readInput?.()) ?? "") : readFile("the answer", name),
    })),
  );
  if (pieces.some(({ bytes }) => bytes.toString().trim() !== "")) return pieces;
  if (isMoreSaid && files.length > 0) return [];
  throw new UserError(
    "the answer is empty: name a file with its body, or pipe it in (curl … | npx tsx scripts/diagnose.ts)",
  );
}

function requestPiece(path: string): Piece {
  const bytes = readFile("--request", path);
  const { request, seen } = readPieces([{ bytes, is: "request" }]);
  if (request !== undefined || (seen?.headers.length ?? 0) > 0 || isCode(bytes.toString()))
    return { bytes, is: "request" };
  throw new UserError(
    `--request: '${path}' does not begin with a request line such as GET /dev/products HTTP/1.1; save the request as curl -v shows it`,
  );
}

/** Code that makes a request shows no request line, and says much about it. */
function isCode(text: string): boolean {
  return /\b(method|url|path|headers|body)\b["']?\s*[:=]|\w\(|\{/.test(text);
}

function readFile(what: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new UserError(`${what}: cannot read the file '${path}' (${code})`);
  }
}
