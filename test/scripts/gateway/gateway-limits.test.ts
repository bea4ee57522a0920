import type { Model } from "#model/model";
import { loadApi } from "../../support/api-terraform";
import { type LocalGateway, startGateway } from "../../support/local-gateway";
import { exchange } from "../../support/raw-exchange";

/** Throttles and quotas over a socket, on a clock of the test's own: a month passes in a millisecond. */

/** A Sunday; the week that it ends began on Monday. */
const START = "2026-11-22T10:15:30Z";

let time: number;
let model: Model;
let gateway: LocalGateway;

beforeAll(async () => {
  model = loadApi({
    routes: [
      { route: "GET /keyed", method: { api_key_required: true } },
      { route: "GET /slow" },
      { route: "GET /fast" },
    ],
    plans: {
      day: { quota_settings: { limit: 2, period: "DAY" } },
      week: { quota_settings: { limit: 2, period: "WEEK" } },
      month: { quota_settings: { limit: 2, period: "MONTH" } },
      rate: { throttle_settings: { rate_limit: 0.5, burst_limit: 2 } },
    },
    keys: { day: { plan: "day" }, week: { plan: "week" }, month: { plan: "month" }, rate: { plan: "rate" } },
    resources: {
      "aws_api_gateway_method_settings.slow": {
        rest_api_id: "${aws_api_gateway_rest_api.api.id}",
        stage_name: "${aws_api_gateway_stage.stage.stage_name}",
        method_path: "slow/GET",
        settings: { throttling_rate_limit: 1, throttling_burst_limit: 2 },
      },
    },
  });
  gateway = await startGateway(model, { now: () => time });
});
afterAll(() => gateway.api.close());
beforeEach(() => {
  time = Date.parse(START);
});

/** The status of as many requests as are wanted, one after the other. */
async function statuses(count: number, target: string, keyName?: string): Promise<number[]> {
  const key = model.apiKeys.find(({ name }) => name === keyName)?.value;
  const headers = Object.entries({ Host: gateway.host, ...(key && { "x-api-key": key }) });
  const got: number[] = [];
  for (let sent = 0; sent < count; sent++) {
    got.push((await exchange(gateway.url, { method: "GET", target, headers, body: Buffer.alloc(0) })).status);
  }
  return got;
}

test.each([
  ["day", "2026-11-22T23:59:59Z", "2026-11-23T00:00:00Z"],
  ["week", "2026-11-22T23:59:59Z", "2026-11-23T00:00:00Z"],
  ["month", "2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z"],
])("a quota for a %s is there again with the next one", async (period, last, next) => {
  expect(await statuses(3, "/dev/keyed", period)).toEqual([200, 200, 429]);
  time = Date.parse(last);
  expect(await statuses(1, "/dev/keyed", period)).toEqual([429]);
  time = Date.parse(next);
  expect(await statuses(3, "/dev/keyed", period)).toEqual([200, 200, 429]);
});

test("a plan lets through its burst, then what its rate fills in", async () => {
  expect(await statuses(3, "/dev/keyed", "rate")).toEqual([200, 200, 429]);
  time += 1999;
  expect(await statuses(1, "/dev/keyed", "rate")).toEqual([429]);
  time += 1;
  expect(await statuses(2, "/dev/keyed", "rate")).toEqual([200, 429]);
});

test("a stage's limit for a method holds for all callers, and for this method only", async () => {
  expect(await statuses(3, "/dev/slow")).toEqual([200, 200, 429]);
  expect(await statuses(3, "/dev/fast")).toEqual([200, 200, 200]);
  time += 1000;
  expect(await statuses(2, "/dev/slow")).toEqual([200, 429]);
});
