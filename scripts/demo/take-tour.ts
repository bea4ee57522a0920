import { findApiKey } from "#call/api-key";
import type { OpenedApi } from "#call/open-target";
import { signAs } from "#call/sign-as";
import type { Io } from "#cli/command";
import { paintFor } from "#cli/table";
import { DEFAULT_CLIENT, WALK } from "#this-api/this-api";
import { renderEnd, renderHead, renderStep, renderStop } from "./render-tour";
import { carriesKey, type Step, type Walker, walk } from "./tour";

/**
 * Walks through an API as its reader, and prints each answer as it comes.
 * @returns 0 where every answer is the promised one, else 1
 * @throws UserError where credentials or the key cannot be had, or no answer comes
 */
export async function takeWalk(
  { target, startedHere }: OpenedApi,
  env: NodeJS.ProcessEnv,
  { out }: Io,
): Promise<number> {
  const needsKey = WALK.some(({ promises }) => promises.some(([calledWith]) => carriesKey(calledWith)));
  const walker: Walker = {
    baseUrl: target.baseUrl,
    region: target.region,
    isLocal: target.kind === "local",
    credentials: await signAs("reader", target, env),
    apiKey: needsKey ? (await findApiKey("", DEFAULT_CLIENT, target, undefined)).value : undefined,
    now: Date.now,
  };
  const paint = paintFor(out, env);
  out.write(renderHead(walker, startedHere, paint));
  const steps: Step[] = [];
  for await (const step of walk(walker, WALK)) {
    if (step.stop !== steps.at(-1)?.stop) out.write(renderStop(step.stop, paint));
    out.write(renderStep(step, paint));
    steps.push(step);
  }
  out.write(renderEnd(steps, paint));
  return steps.every(({ kept }) => kept) ? 0 : 1;
}
