import { createUsageGate, type UsageGate } from "#gateway/gates/usage-plan";
import { createGateway, type Gateway } from "#gateway/gateway";
import type { InvokeFunction } from "#gateway/integrate/integration";
import type { LocalCredentials } from "#iam/identity";
import { issueCredentials } from "#local/credentials";
import type { Model } from "#model/model";
import { SEED } from "./local-gateway";

/** A gateway without a socket, on a clock that stands still. */
export interface SocketlessGateway {
  readonly handle: Gateway;
  credentials(profile: string): LocalCredentials;
}

/** The time of a socketless gateway, and the same as a signing date. */
const NOW = Date.parse("2026-11-22T10:15:30Z");
export const AMZ_DATE = "20261122T101530Z";

/** @param invoke - stands for the functions @default there are none */
export function socketlessGateway(
  model: Model,
  invoke: InvokeFunction = () => Promise.reject(new Error("no functions here")),
  usage: UsageGate = createUsageGate(() => NOW),
): SocketlessGateway {
  const issued = issueCredentials(model, SEED, "");
  let drawn = 0;
  return {
    handle: createGateway({
      model,
      credentials: issued,
      invoke,
      usage,
      now: () => NOW,
      randomHex: (bytes) => {
        drawn += 1;
        return drawn.toString(16).padStart(bytes * 2, "0");
      },
    }),
    credentials(profile) {
      const found = issued.find((each) => each.profile === profile);
      if (!found) throw new Error(`no profile '${profile}'`);
      return found;
    },
  };
}
