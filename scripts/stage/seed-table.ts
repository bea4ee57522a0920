import { setTimeout as delay } from "node:timers/promises";
import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { TableKey } from "#modules/config/project-config";
import { UserError } from "#modules/project";

/** A table, and the items to write to it. */
export interface SeedOptions extends TableKey {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Read one batch at a time, so that they need not fit into memory. Their keys must differ. */
  readonly items: Iterable<object>;
  /** How many batches are sent at the same time. @default 4 */
  readonly concurrency?: number;
  /** Gets the number of items written so far. */
  readonly onProgress?: (written: number) => void;
  /** When it is aborted, no further batch is sent. Batches that are already sent are awaited. */
  readonly signal?: AbortSignal;
  /** Waits before another attempt, in milliseconds. @default the clock */
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** A number from 0 to below 1. @default Math.random */
  readonly random?: () => number;
}

/**
 * Writes items to a table and replaces items with the same key. Repeating it, also after an interruption, leaves the same
 * data. Items that DynamoDB leaves unprocessed are sent again, with growing delays.
 *
 * @returns how many items were written
 * @throws UserError if an item has no key, has the key of another item, or does not fit the table, and if DynamoDB keeps
 * leaving items unprocessed; otherwise the errors of the client, such as ResourceNotFoundException
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
export async function seedTable(options: SeedOptions): Promise<number> {
  const { items, concurrency = 4, onProgress, signal } = options;
  const batches = batchesOf(items, options, BATCH_SIZE);
  let written = 0;
  const onWritten = (count: number): void => {
    written += count;
    onProgress?.(written);
  };
  const work = async (): Promise<void> => {
    // The workers share one generator of batches. A worker that leaves early, also by an error, ends it for all of them.
    for (const batch of batches) {
      if (signal?.aborted) return;
      await writeBatch(batch, options, onWritten);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: concurrency }, work));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return written;
}

/** The maximum number of requests in one BatchWriteItem. */
const BATCH_SIZE = 25;
/** With the delays below, a batch fails after at most 16 seconds. */
const ATTEMPTS = 10;
const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 5_000;

/**
 * Groups items into requests. BatchWriteItem refuses two items with the same key, and dropping one of them would lose data
 * without a message. The most likely cause is a sort key that the seed does not name.
 */
function* batchesOf(items: Iterable<object>, keys: TableKey, size: number): Generator<WriteRequest[]> {
  let batch = new Map<string, WriteRequest>();
  for (const item of items) {
    const attributes = toAttributes(item);
    const own = keyOf(attributes, keys);
    if (batch.has(own)) {
      throw wrongSeeds(
        `got two items with the key ${own}${keys.sortKey === undefined ? "; if the table has a sort key, name it as well (sortKey)" : ""}`,
      );
    }
    batch.set(own, { PutRequest: { Item: { ...attributes } } });
    if (batch.size === size) {
      yield [...batch.values()];
      batch = new Map();
    }
  }
  if (batch.size > 0) yield [...batch.values()];
}

type Attributes = Readonly<Record<string, AttributeValue>>;

function toAttributes(item: object): Attributes {
  try {
    return marshall(item);
  } catch (error) {
    const { message } = error as Error;
    throw wrongSeeds(`DynamoDB cannot store an item (${message.split("\n")[0]})`);
  }
}

/** `code lamp-01`, `order 7, line 2` */
function keyOf(attributes: Attributes, { key, sortKey }: TableKey): string {
  const names = sortKey === undefined ? [key] : [key, sortKey];
  const parts = names.map((name) => {
    const attribute = attributes[name];
    if (attribute !== undefined) return `${name} ${Object.values(attribute).map(String).join()}`;
    throw wrongSeeds(
      `got the key '${name}' and an item without that attribute (has: ${Object.keys(attributes).join(", ")})`,
    );
  });
  return parts.join(", ");
}

/** @param fault - what is wrong, without a full stop */
export function wrongSeeds(fault: string): UserError {
  return new UserError(`SEEDS: ${fault}; correct project.config.ts`);
}

async function writeBatch(
  batch: WriteRequest[],
  { client, tableName, signal, sleep = wait, random = Math.random }: SeedOptions,
  onWritten: (count: number) => void,
): Promise<void> {
  let pending = batch;
  for (let attempt = 1; ; attempt++) {
    const unprocessed = await sendBatch(client, tableName, pending);
    onWritten(pending.length - unprocessed.length);
    if (unprocessed.length === 0) return;
    if (attempt === ATTEMPTS) {
      throw new UserError(
        `table '${tableName}' still left ${unprocessed.length} of ${batch.length} items unprocessed after ${ATTEMPTS} attempts; run 'make seed' again later`,
      );
    }
    await sleep(backoff(attempt, random), signal);
    if (signal?.aborted) return;
    pending = unprocessed;
  }
}

/** Sends one batch. @returns the requests that DynamoDB did not process: some of them, or all if the call was throttled */
async function sendBatch(
  client: DynamoDBClient,
  tableName: string,
  requests: WriteRequest[],
): Promise<WriteRequest[]> {
  try {
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }),
    );
    return UnprocessedItems?.[tableName] ?? [];
  } catch (error) {
    if (error instanceof Error && THROTTLED.has(error.name)) return requests;
    if (error instanceof Error && error.name === "ValidationException") {
      throw wrongSeeds(`table '${tableName}' refused an item (${error.message})`);
    }
    throw error;
  }
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const THROTTLED = new Set([
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
]);

/** Exponential, with full jitter. Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
function backoff(attempt: number, random: () => number): number {
  return random() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
}

/** Waits until the time is over or the signal is aborted. */
async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
