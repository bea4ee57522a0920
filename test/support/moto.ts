import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** moto, an emulator of AWS, where Python has it. */
export interface Moto {
  /** `http://127.0.0.1:5000` */
  readonly url: string;
  close(): Promise<void>;
}

/** Whether this machine has moto, and boto3 to call it with. */
export const HAS_MOTO = ((): boolean => {
  try {
    execFileSync("python3", ["-c", "import boto3, moto.server"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

/** Starts moto on a free port of the loopback address, empty. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const child = spawn("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  await running(child);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const ended = once(child, "close");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** moto says so on its standard error once it listens. */
async function running(child: ChildProcess): Promise<void> {
  let said = "";
  for await (const text of child.stderr?.setEncoding("utf8") ?? []) {
    said += text;
    if (said.includes("Running on")) {
      child.stderr?.resume();
      return;
    }
  }
  throw new Error(`moto ended: ${said}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}
