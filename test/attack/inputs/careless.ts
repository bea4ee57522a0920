import type { Service } from "./service";

/** The same service with the holes that hurried functions have, by the part of a request that they trust. */
export const CARELESS: Readonly<Record<"body" | "path" | "query", (service: Service) => Service>> = {
  /** Writes before it looks: what is refused then stays. */
  body: (service) => {
    let written = 0;
    return {
      ...service,
      send: (request) => {
        written += 1;
        return service.send(request);
      },
      items: async () => new Map([...(await service.items()), ["left over", String(written)]]),
    };
  },
  /** Decodes whatever stands in the path, and does not catch what that throws. */
  path: (service) => ({
    ...service,
    send: async (request) => {
      try {
        decodeURIComponent(request.path);
      } catch {
        return CRASHED;
      }
      return service.send(request);
    },
  }),
  /** Hands what a token names to DynamoDB, which refuses it, or reads JSON where there is none. */
  query: (service) => ({
    ...service,
    send: async (request) => {
      const [, token] = /(?:^|&)nextToken=([^&;]+)/.exec(request.query) ?? [];
      try {
        if (token !== undefined) JSON.parse(Buffer.from(token, "base64url").toString());
      } catch {
        return CRASHED;
      }
      return service.send(request);
    },
  }),
};

/** Puts texts into its page as they are. */
export function unescaped(service: Service): Service {
  return {
    ...service,
    send: async (request) => {
      const { status, body } = await service.send(request);
      return { status, body: body.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"') };
    },
  };
}

/** Puts no bound on a page. */
export function longWinded(service: Service): Service {
  return {
    ...service,
    send: async (request) => {
      const { status, body } = await service.send(request);
      return { status, body: body.repeat(3) };
    },
  };
}

const CRASHED = { status: 502, body: '{"message": "Internal server error"}' };
