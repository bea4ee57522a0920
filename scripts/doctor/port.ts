import { once } from "node:events";
import { createServer } from "node:net";
import { type Finding, missing, ok } from "./finding";

/** The port of `make dev` is free on the loopback. @param port - as the variable PORT has it */
export async function checkPort(port: string): Promise<Finding> {
  const check = `port ${port}`;
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    return missing(check, "no port", "choose one from 1 to 65535: make dev PORT=3001");
  }
  const server = createServer();
  try {
    server.listen(number, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return missing(
      check,
      code === "EADDRINUSE" ? "taken" : `cannot be used (${code})`,
      "end what listens there (a 'make dev', perhaps), or choose another: make dev PORT=3001",
    );
  }
  server.close();
  return ok(check, "free");
}
