/** Takes a lock, also from a holder that has ended. @returns whether this process holds it from now on */
export function takeLock(path: string): boolean;
/** Gives a lock back; one of another process stays. */
export function releaseLock(path: string): void;
/** The process that holds a lock; undefined if there is none, or it has ended. */
export function lockHolder(path: string): number | undefined;
