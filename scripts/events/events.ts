import { randomUUID } from "node:crypto";
import type { Invocation, InvokeOutcome } from "#lambda/invocation";
import type { LambdaFunction } from "#model/lambda-function";
import type { Model } from "#model/model";
import { type CallAws, sendSigned } from "#upstream/call-aws";
import { sendUpstream } from "#upstream/send";
import { type Poller, pollQueue } from "./poll-queue";
import { DEPLOY, queueCall, queueCaller } from "./queue-call";

export interface EventOptions {
  readonly model: Model;
  /** Where the queues are. */
  readonly emulator: string;
  readonly callAws: CallAws;
  readonly invoke: (fn: LambdaFunction, event: unknown, invocation: Invocation) => Promise<InvokeOutcome>;
  readonly log: (line: string) => void;
}

/** Has the queues of a stack, as an emulator holds them, invoke their functions; reports queues that it does not have. */
export function startEvents(options: EventOptions): Poller {
  const { model, emulator, callAws, invoke, log } = options;
  const pollers = (model.eventSources ?? []).flatMap((source) => {
    const fn = model.functions.find(({ arn }) => arn === source.functionArn);
    if (!fn || fn.unavailable || source.notFollowed !== undefined) return [];
    const queue = source.sourceArn.split(":").at(-1);
    return pollQueue({
      source,
      ask: queueCaller(callAws, emulator, source.sourceArn, fn.roleArn),
      invoke: (event) => invoke(fn, event, { requestId: randomUUID(), functionArn: fn.arn }),
      log: (line) => log(`${queue} to ${fn.name}: ${line}`),
    });
  });
  void reportMissing(options);
  return {
    close: async () => {
      await Promise.all(pollers.map((poller) => poller.close()));
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** The keys that queues are looked for with. They belong to no caller of the stack: an emulator takes any keys. */
const ANY_KEYS = { accessKeyId: "local", secretAccessKey: "local" };

async function reportMissing({ model, emulator, log }: EventOptions): Promise<void> {
  for (const { name } of model.queues ?? []) {
    const call = {
      ...queueCall(model.region, "GetQueueUrl", { QueueName: name }),
      timeoutMilliseconds: 5_000,
    };
    const answer = await sendSigned(call, ANY_KEYS, emulator, sendUpstream);
    if (answer.kind !== "answer")
      return log(`the emulator at ${emulator} does not answer (${answer.reason}): start it`);
    if (answer.status !== 200) log(`the emulator at ${emulator} has no queue ${name}: ${DEPLOY(emulator)}`);
  }
}
