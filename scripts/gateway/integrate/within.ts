import type { Invocation, InvokeOutcome } from "#lambda/invocation";
import type { LambdaFunction } from "#model/lambda-function";

/** Invokes a function with an event; it never rejects. */
export type InvokeFunction = (
  fn: LambdaFunction,
  event: unknown,
  invocation: Invocation,
) => Promise<InvokeOutcome>;

/** The result of a promise; undefined if it takes longer. What it stands for goes on. */
export async function within<T>(milliseconds: number, result: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}
