/** How fast and how far a bucket fills: `rate` tokens per second (also 0.1), `burst` tokens at most. */
export interface BucketLimit {
  readonly rate: number;
  readonly burst: number;
}

/** What is left of a bucket, and since when: a request takes one token. */
export interface TokenBucket {
  tokens: number;
  /** Milliseconds; the latest time that was seen. */
  updatedAt: number;
}

/**
 * Whether a bucket holds a token at a time.
 *
 * A clock that goes backwards adds no tokens, neither then nor when it catches up: only time after the latest one seen
 * counts. The limit is an argument and not part of the bucket, so that usage is kept when the limit changes (a reload).
 */
export function hasToken(bucket: TokenBucket, limit: BucketLimit, now: number): boolean {
  // The tolerance is for binary fractions: ten times 0.1 tokens must be one token.
  return tokensAt(bucket, limit, now) >= 1 - 1e-9;
}

/** Takes a token from a bucket that {@link hasToken}. */
export function takeToken(bucket: TokenBucket, limit: BucketLimit, now: number): void {
  bucket.tokens = tokensAt(bucket, limit, now) - 1;
  bucket.updatedAt = Math.max(bucket.updatedAt, now);
}

// ---------------------------------------------------------------------------------------------------- internal

function tokensAt(bucket: TokenBucket, { rate, burst }: BucketLimit, now: number): number {
  const elapsedSeconds = Math.max(0, now - bucket.updatedAt) / 1000;
  return Math.min(burst, bucket.tokens + elapsedSeconds * rate);
}
