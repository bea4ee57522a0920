/** The memory of a process, in megabytes. */
export interface Memory {
  /** As the operating system counts it. */
  readonly rss: number;
  /** The live JavaScript objects, after a garbage collection. */
  readonly heap: number;
}

/** The questions about the process of a measured program. */
export const usageQuestions = {
  /** The time of all its threads since it started, in milliseconds. */
  cpu: (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  /** @throws Error if the process was started without `--expose-gc` */
  memory: (): Memory => {
    if (!globalThis.gc) throw new Error("no garbage collection on demand: start node with --expose-gc");
    globalThis.gc();
    const { rss, heapUsed } = process.memoryUsage();
    return { rss: rss / MEGABYTE, heap: heapUsed / MEGABYTE };
  },
};

export type UsageQuestions = typeof usageQuestions;

const MEGABYTE = 1024 * 1024;
