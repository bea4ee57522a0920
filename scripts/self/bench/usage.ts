/** What a process holds, in megabytes. */
export interface Memory {
  /** As the system counts it. */
  readonly rss: number;
  /** What is alive in JavaScript, after garbage was collected. */
  readonly heap: number;
}

/** What a program that is measured can be asked of its process. */
export const usageQuestions = {
  /** What all its threads took since it started, in milliseconds. */
  cpu: (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  /** @throws Error where the process was started without `--expose-gc` */
  memory: (): Memory => {
    if (!globalThis.gc) throw new Error("no garbage collection on demand: start node with --expose-gc");
    globalThis.gc();
    const { rss, heapUsed } = process.memoryUsage();
    return { rss: rss / MEGABYTE, heap: heapUsed / MEGABYTE };
  },
};

export type UsageQuestions = typeof usageQuestions;

const MEGABYTE = 1024 * 1024;
