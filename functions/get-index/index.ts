import { createLog, readCredentials, requireEnv } from "#kit/lambda";
import { createHandler } from "./handler";
import { createHttpGet } from "./http-get";

const api = {
  url: requireEnv("products_api"),
  credentials: readCredentials(),
  region: requireEnv("AWS_REGION"),
  httpGet: createHttpGet({ connectTimeout: 1_000, readTimeout: 3_000 }),
};

export const handler = createHandler({ api, now: () => new Date(), log: createLog() });
