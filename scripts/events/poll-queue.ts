import { setTimeout as sleep } from "node:timers/promises";
import type { InvokeOutcome } from "#lambda/invocation";
import type { EventSource } from "#model/event-source";
import type { AskQueue } from "./queue-call";
import { failuresIn, type QueueMessage, queueEvent } from "./queue-event";

export interface PollOptions {
  readonly source: EventSource;
  readonly ask: AskQueue;
  readonly invoke: (event: object) => Promise<InvokeOutcome>;
  /** Receives one line for each batch, and for each new failure to get one. */
  readonly log: (line: string) => void;
  /** How long to wait after a failure, or after an empty answer that came at once. @default 2000 */
  readonly pauseMilliseconds?: number;
}

/** Hands what is in a queue to a function, until it is closed. */
export interface Poller {
  /** Takes nothing more from the queue, and waits for the batch that is under way. */
  close(): Promise<void>;
}

/**
 * Polls a queue as Lambda does: receives a batch, invokes the function, and deletes what it handled. What failed stays in the
 * queue, and becomes visible again after the queue's visibility timeout; moving it to the dead letters is the queue's work.
 * One batch is under way at a time, and it does not wait to fill.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export function pollQueue(options: PollOptions): Poller {
  const closing = new AbortController();
  const ended = run(options, closing.signal);
  return {
    close() {
      closing.abort();
      return ended;
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** SQS answers with no more messages at once. */
const MOST_RECEIVED = 10;

/** The longest wait for messages, in seconds. */
const LONG_POLL = 20;

async function run(options: PollOptions, signal: AbortSignal): Promise<void> {
  const { log, pauseMilliseconds = 2_000 } = options;
  let lastFailure: string | undefined;
  while (!signal.aborted) {
    const began = performance.now();
    const received = await receiveBatch(options, signal);
    if (signal.aborted) return;
    if (typeof received === "string") {
      if (received !== lastFailure) log(received);
      lastFailure = received;
      await pause(pauseMilliseconds, signal);
      continue;
    }
    lastFailure = undefined;
    if (received.length > 0) await handle(received, options);
    else if (performance.now() - began < 1_000) await pause(pauseMilliseconds, signal);
  }
}

/** A batch of messages, or why there is none. */
async function receiveBatch(
  { source, ask }: PollOptions,
  signal: AbortSignal,
): Promise<readonly QueueMessage[] | string> {
  const messages: QueueMessage[] = [];
  while (messages.length < source.batchSize) {
    const answer = await ask("ReceiveMessage", {
      MaxNumberOfMessages: Math.min(MOST_RECEIVED, source.batchSize - messages.length),
      WaitTimeSeconds: messages.length === 0 ? LONG_POLL : 0,
      AttributeNames: ["All"],
      MessageAttributeNames: ["All"],
      signal,
    });
    // What has been received already is handled first.
    if (typeof answer === "string") return messages.length > 0 ? messages : answer;
    const more = messagesIn(answer);
    messages.push(...more);
    if (more.length < MOST_RECEIVED) break;
  }
  return messages;
}

function messagesIn({ Messages }: Readonly<Record<string, unknown>>): readonly QueueMessage[] {
  const list: readonly unknown[] = Array.isArray(Messages) ? Messages : [];
  return list.filter(isMessage);
}

function isMessage(value: unknown): value is QueueMessage {
  const { MessageId, ReceiptHandle, Body } = (value ?? {}) as Partial<QueueMessage>;
  return [MessageId, ReceiptHandle, Body].every((text) => typeof text === "string");
}

async function handle(
  messages: readonly QueueMessage[],
  { source, ask, invoke, log }: PollOptions,
): Promise<void> {
  const outcome = await invoke(queueEvent(messages, source.sourceArn));
  const failed = failedIn(outcome, source, messages);
  const done = messages.filter(({ MessageId }) => !failed.has(MessageId));
  for (let begin = 0; begin < done.length; begin += MOST_RECEIVED) {
    const Entries = done
      .slice(begin, begin + MOST_RECEIVED)
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const answer = await ask("DeleteMessageBatch", { Entries });
    if (typeof answer === "string") log(`what was handled was not deleted, and comes again: ${answer}`);
  }
  const count = messages.length === 1 ? "1 message" : `${messages.length} messages`;
  const cause = outcome.kind === "result" ? "" : ` (${outcome.errorType})`;
  log(`${count} handled${failed.size > 0 ? `, ${failed.size} failed${cause}` : ""}`);
}

function failedIn(
  outcome: InvokeOutcome,
  { reportsFailures }: EventSource,
  messages: readonly QueueMessage[],
): ReadonlySet<string> {
  const all = new Set(messages.map(({ MessageId }) => MessageId));
  if (outcome.kind !== "result") return all;
  const failures = reportsFailures ? failuresIn(outcome.payload, messages) : new Set<string>();
  return failures === "all" ? all : failures;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
