import { findApiKey } from "#call/api-key";
import { checkedApi } from "#call/api-request";
import type { OpenedApi } from "#call/open-target";
import { signAs } from "#call/sign-as";
import type { Io } from "#cli/command";
import { paintFor } from "#cli/table";
import { defaultClient, projectConfig } from "#modules/config/load-config";
import { renderAnswer, renderEnd, renderHead, renderStep } from "./render-tour";
import { carriesKey, type TourAnswer, type TourApi, takeTour } from "./tour";

/**
 * Takes the tour of an API as its reader, and prints each answer as it comes.
 * @returns 0 if every answer is the promised one, else 1
 * @throws UserError if credentials or the key are not available, or there is no answer
 */
export async function printTour(
  { target, startedHere }: OpenedApi,
  env: NodeJS.ProcessEnv,
  { out }: Io,
): Promise<number> {
  const { tour = [] } = projectConfig();
  const needsKey = tour.some(({ promises }) => promises.some(([calledWith]) => carriesKey(calledWith)));
  const api: TourApi = {
    ...checkedApi(target),
    credentials: await signAs("reader", target, env),
    apiKey: needsKey ? (await findApiKey("", defaultClient(), target, undefined)).value : undefined,
  };
  const paint = paintFor(out, env);
  out.write(renderHead(api, startedHere, paint));
  const answers: TourAnswer[] = [];
  for await (const answer of takeTour(api, tour)) {
    if (answer.step !== answers.at(-1)?.step) out.write(renderStep(answer.step, paint));
    out.write(renderAnswer(answer, paint));
    answers.push(answer);
  }
  out.write(renderEnd(answers, paint));
  return answers.every(({ kept }) => kept) ? 0 : 1;
}
