import { createServer } from "node:net";
import type { Model } from "#model/model";
import { UserError } from "#modules/project";

/** The ports at which debuggers reach the functions, by the name of the function. */
export type InspectPorts = ReadonlyMap<string, number>;

/**
 * Gives each function a port of its own on the loopback address: the first one and those after it, in the order of the
 * names, so that the settings of a debugger stay right.
 * @throws UserError if one of them is taken
 */
export async function inspectPorts({ functions }: Model, first: number): Promise<InspectPorts> {
  const names = functions.map(({ name }) => name).sort();
  const ports = new Map(names.map((name, index) => [name, first + index]));
  for (const [name, port] of ports) {
    if (port <= 65_535 && (await isFree(port))) continue;
    throw new UserError(
      `--inspect-port: port ${port}, for ${name}, is not free, expected ${names.length} free ports from ${first} on; choose another one, or end what uses it`,
    );
  }
  return ports;
}

/** The model without the time limits that would end a request while its function waits at a breakpoint. */
export function withoutTimeouts(model: Model): Model {
  const routes = model.api.routes.map((route) =>
    "timeoutMilliseconds" in route.integration
      ? { ...route, integration: { ...route.integration, timeoutMilliseconds: DAY_MILLISECONDS } }
      : route,
  );
  return { ...model, api: { ...model.api, routes } };
}

// ---------------------------------------------------------------------------------------------------- internal

const DAY_MILLISECONDS = 86_400_000;

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const server = createServer();
    server.once("error", () => answer(false));
    server.listen(port, "127.0.0.1", () => server.close(() => answer(true)));
  });
}
