import { setTimeout as delay } from "node:timers/promises";
import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { UserError } from "#modules/project";
import type { TableKey } from "#this-api/seed";

/** A table, and what is written to it. */
export interface SeedOptions extends TableKey {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Taken one batch at a time, so that there may be more than memory holds. Their keys have to differ. */
  readonly items: Iterable<object>;
  /** How many batches are under way at once. @default 4 */
  readonly concurrency?: number;
  /** Is told how many are written so far. */
  readonly onProgress?: (written: number) => void;
  /** Aborted: no further batch is begun; those under way are waited for. */
  readonly signal?: AbortSignal;
  /** Waits before another attempt, in milliseconds. @default the clock */
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** A number from 0 to below 1. @default Math.random */
  readonly random?: () => number;
}

/**
 * Writes items into a table, replacing those with the same key: to do it again, after an interruption too, leaves
 * the same data. What DynamoDB leaves unprocessed is sent again, later and later.
 *
 * @returns how many were written
 * @throws UserError if an item has no key, has that of another one, or does not fit the table, and if the table keeps
 * leaving items unprocessed; otherwise what the client throws, such as ResourceNotFoundException
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
    // The workers share one row of batches. Whoever leaves it early, by an error too, ends it for all of them.
    for (const batch of batches) {
      if (signal?.aborted) return;
      await writeBatch(batch, options, onWritten);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: concurrency }, work));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return written;
}

/** As many requests as BatchWriteItem takes. */
const BATCH_SIZE = 25;
/** With the delays below, 16 seconds at most go by before a batch is given up. */
const ATTEMPTS = 10;
const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 5_000;

/**
 * Groups items into requests. BatchWriteItem refuses a key that comes twice in one, and to leave one of the two out would
 * lose it in silence: most likely the table has a sort key that was not named.
 */
function* batchesOf(items: Iterable<object>, keys: TableKey, size: number): Generator<WriteRequest[]> {
  let batch = new Map<string, WriteRequest>();
  for (const item of items) {
    const attributes = toAttributes(item);
    const own = keyOf(attributes, keys);
    if (batch.has(own)) {
      throw wrongSeeds(
        `got two items with the key ${own}${keys.sortKey === undefined ? "; a table with a sort key names it, too (sortKey)" : ""}`,
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
    throw wrongSeeds(`an item cannot be an item of DynamoDB (${message.split("\n")[0]})`);
  }
}

/** `code lamp-01`, `order 7, line 2` */
function keyOf(attributes: Attributes, { key, sortKey }: TableKey): string {
  const names = sortKey === undefined ? [key] : [key, sortKey];
  const parts = names.map((name) => {
    const attribute = attributes[name];
    if (attribute !== undefined) return `${name} ${Object.values(attribute).map(String).join()}`;
    throw wrongSeeds(
      `got the key '${name}' and an item without it (has: ${Object.keys(attributes).join(", ")})`,
    );
  });
  return parts.join(", ");
}

/** @param fault - what was got, without an end */
export function wrongSeeds(fault: string): UserError {
  return new UserError(`SEEDS: ${fault}; correct scripts/this-api/this-api.ts`);
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
        `table '${tableName}' still left ${unprocessed.length} of ${batch.length} items unprocessed after ${ATTEMPTS} attempts; seed it again later`,
      );
    }
    await sleep(backoff(attempt, random), signal);
    if (signal?.aborted) return;
    pending = unprocessed;
  }
}

/** Sends one batch, and answers what DynamoDB did not take: a part, or all of it where the whole call was throttled. */
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
      throw wrongSeeds(`table '${tableName}' does not take an item (${error.message})`);
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

/** Waits, but not longer than until the signal is aborted. */
async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
