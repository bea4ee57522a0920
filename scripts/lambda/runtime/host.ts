import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { createBatch } from "./batch";
import { createEnvironmentPool } from "./environment-pool";
import { startExecutionEnvironment } from "./execution-environment";
import type { HostMessage, HostRequest } from "./messages";
import type { HostSettings } from "./settings";

/*
 * The program of a function's process, whose threads run the function. The threads are not in the gateway's process,
 * because V8 ends the process, and not only the thread, when one large allocation exceeds a thread's heap; and because
 * a process has what a thread has not: a working directory, a time zone, a process id to send signals to.
 */

// If the gateway is gone, the disconnect event reports it; a failure here would end this process before it has cleaned
// up.
const ignoreFailure = () => undefined;
const send = createBatch<HostMessage>((messages) =>
  process.send?.(messages, undefined, undefined, ignoreFailure),
);

const settings: HostSettings = JSON.parse(process.argv[2] ?? "{}");
const pool = createEnvironmentPool(settings, () =>
  startExecutionEnvironment(settings, (line) => send({ type: "log", line })),
);

process.on("message", (requests: readonly HostRequest[]) => {
  for (const request of requests) void handle(request);
});
// The gateway decides when this ends, though signals may reach the whole process group, as Ctrl-C does. If the gateway
// itself was killed, this process removes the unpacked package.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
process.on("disconnect", () => {
  rmSync(dirname(settings.taskRoot), { recursive: true, force: true });
  process.exit();
});

async function handle(request: HostRequest): Promise<void> {
  const outcome =
    request.type === "invoke" ? await pool.invoke(request.event, request.invocation) : await pool.warm();
  send({ type: "done", id: request.id, outcome });
}
