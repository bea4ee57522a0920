import type { RequestLog } from "#gateway/request-log";
import type { LocalCredentials } from "#iam/identity";
import { type LocalApi, type LocalOptions, startLocal } from "#local/start";
import type { Model } from "#model/model";

/** A gateway on a free port of this machine, for one test file. */
export interface LocalGateway {
  readonly api: LocalApi;
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** `127.0.0.1:3000`, as a client signs it. */
  readonly host: string;
  /** The lines of the log so far. */
  readonly log: RequestLog[];
  /** Who may sign, by profile. */
  credentials(profile: string): LocalCredentials;
}

/** The seed that tests derive credentials from; {@link startGateway} leaves prefixes off by the stack's name. */
export const SEED = "5eed".repeat(16);

/**
 * Starts a gateway, whose functions start with their first request unless `warmFunctions` is set. The caller closes it:
 * `afterAll(() => gateway.api.close())`.
 */
export async function startGateway(
  model: Model,
  options: Partial<Omit<LocalOptions, "model">> = {},
): Promise<LocalGateway> {
  const log: RequestLog[] = [];
  const api = await startLocal({
    model,
    prefix: "",
    seed: SEED,
    warmFunctions: false,
    logRequest: (line) => log.push(line),
    ...options,
  });
  return {
    api,
    url: api.url,
    host: new URL(api.url).host,
    log,
    credentials(profile) {
      const found = api.credentials.find((each) => each.profile === profile);
      if (!found) throw new Error(`no profile '${profile}'`);
      return found;
    },
  };
}
