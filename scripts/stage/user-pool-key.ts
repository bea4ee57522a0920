import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { writePrivateFile } from "#cli/private-files";
import { issuerOf } from "#gateway/gates/user-pool";
import { newTokenKey } from "#local/token-issuer";
import type { Model } from "#model/model";
import { UserError } from "#modules/project";
import { localFolder } from "./local-files";

/** `.local/user-pools.json`: what tokens of the user pools that run here are signed with. */
export interface UserPools {
  /** A private key in PEM. */
  readonly key: string;
  /** Who issues the tokens of each pool. */
  readonly issuers: readonly string[];
}

/**
 * The key that signs for the user pools of a stack: the same in all runs in this folder, so that tokens outlive a restart.
 * @returns undefined if no route asks for a token
 */
export function userPoolsOf({ api }: Model, folder = localFolder()): UserPools | undefined {
  const arns = api.routes.flatMap(({ authorizer }) => authorizer?.providerArns ?? []);
  const issuers = [...new Set(arns.flatMap((arn) => issuerOf(arn) ?? []))];
  if (issuers.length === 0) return undefined;
  const path = join(folder, FILE);
  const pools = { key: existsSync(path) ? readUserPools(folder).key : newTokenKey(), issuers };
  writePrivateFile(path, `${JSON.stringify(pools)}\n`);
  return pools;
}

/** @throws UserError if no gateway with user pools has run here */
export function readUserPools(folder = localFolder()): UserPools {
  const path = join(folder, FILE);
  const shown = relative(process.cwd(), path);
  if (!existsSync(path)) throw new UserError(`no ${shown}: start 'make dev' with an API that has user pools`);
  try {
    const { key, issuers } = JSON.parse(readFileSync(path, "utf8")) as UserPools;
    if (typeof key === "string" && Array.isArray(issuers)) return { key, issuers };
  } catch {
    // Reported below.
  }
  throw new UserError(
    `${shown}: got a damaged file, expected a key and issuers; remove it, and start 'make dev'`,
  );
}

// ---------------------------------------------------------------------------------------------------- internal

const FILE = "user-pools.json";
