import type { Invocation, InvokeOutcome } from "#lambda/invocation";
import type { LambdaFunction } from "#model/lambda-function";

/** Invokes a function with an event; it never rejects. */
export type InvokeFunction = (
  fn: LambdaFunction,
  event: unknown,
  invocation: Invocation,
) => Promise<InvokeOutcome>;

/** The outcome, or nothing if it comes too late. The function goes on, as it does on AWS. */
export async function within(
  milliseconds: number,
  outcome: Promise<InvokeOutcome>,
): Promise<InvokeOutcome | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  try {
    return await Promise.race([outcome, late]);
  } finally {
    clearTimeout(timer);
  }
}
