import { applyLoad, type Load, type LoadResult } from "./load";
import { answerQuestions } from "./program";
import { type SignedLoad, signedRequests } from "./signed-requests";

/** What to send, without the requests themselves: they are signed when it begins, and valid for 5 minutes. */
type LoadToSign = SignedLoad & Pick<Load, "count" | "connections">;

const questions = {
  load: async (toSign: LoadToSign): Promise<LoadResult> =>
    applyLoad({ ...toSign, requests: await signedRequests(toSign) }),
};

/** The load generator. */
export type LoadProgram = typeof questions;

answerQuestions(questions);
