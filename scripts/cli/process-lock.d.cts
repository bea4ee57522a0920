/** Takes a lock, also from a holder that has ended. @returns whether this process now holds the lock */
export function takeLock(path: string): boolean;
/** Releases a lock. A lock of another process stays. */
export function releaseLock(path: string): void;
/** The process that holds a lock; undefined if there is no lock, or its process has ended. */
export function lockHolder(path: string): number | undefined;
