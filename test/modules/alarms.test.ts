import { Alarms } from "../../modules/alarms";
import { RestApi } from "../../modules/rest-api";
import { STAGES } from "../../modules/stage-settings";
import { only, type Properties, resources, synthesize, synthesizeInventory } from "../support/synth";

const LIMITS = {
  serverErrors: 1,
  throttledRequests: 2,
  throttledInvocations: 3,
  failedInvocations: 4,
  latencyMilliseconds: 5,
};

const synthesizeAlarms = (accessLogs: boolean) =>
  synthesize((stack) => {
    const api = new RestApi(stack, "api", {
      description: "an API",
      region: "eu-central-1",
      stageName: "dev",
      routes: [{ method: "GET", path: "/", authorization: "NONE", integration: { mock: {} } }],
      throttle: { rateLimit: 1, burstLimit: 1 },
      accessLogs,
      logRetentionInDays: 1,
    });
    new Alarms(stack, "alarms", { api, limits: LIMITS });
  });

const prod = synthesizeInventory({ STAGE: "prod" });
const topicId = Object.keys(prod.resource.aws_sns_topic ?? {})[0];
const alarms = resources(prod, "aws_cloudwatch_metric_alarm");
const alarm = (name: string): Properties => alarms[`alarms/${name}`] as Properties;

describe("the alarms of prod", () => {
  test("each tells the topic when it goes off and when it is over, and is quiet while nobody calls", () => {
    expect(Object.keys(alarms).sort()).toEqual([
      "alarms/failed-invocations",
      "alarms/latency",
      "alarms/server-errors",
      "alarms/throttled-invocations",
      "alarms/throttled-requests",
    ]);
    const topic = [`\${aws_sns_topic.${topicId}.arn}`];
    for (const [path, properties] of Object.entries(alarms)) {
      expect(properties).toMatchObject({
        alarm_name: `signed-inventory-prod-${path.replace("alarms/", "")}`,
        comparison_operator: "GreaterThanOrEqualToThreshold",
        treat_missing_data: "notBreaching",
        alarm_actions: topic,
        ok_actions: topic,
      });
    }
  });

  test.each([
    ["server-errors", { metric_name: "5XXError", statistic: "Sum", threshold: 5, evaluation_periods: 1 }],
    [
      "latency",
      { metric_name: "Latency", extended_statistic: "p99", threshold: 2000, evaluation_periods: 3 },
    ],
  ])("%s watches the published stage alone", (name, expected) => {
    expect(alarm(name)).toMatchObject({
      ...expected,
      namespace: "AWS/ApiGateway",
      dimensions: {
        ApiName: expect.stringMatching(/^\$\{aws_api_gateway_rest_api\..*\.name\}$/),
        Stage: expect.stringMatching(/^\$\{aws_api_gateway_stage\..*\.stage_name\}$/),
      },
    });
  });

  test("throttled requests are those that the access log calls so", () => {
    const filter = only(prod, "aws_cloudwatch_log_metric_filter");
    const { name, namespace } = filter.metric_transformation;
    expect(alarm("throttled-requests")).toMatchObject({ metric_name: name, namespace, statistic: "Sum" });
    expect(filter.pattern).toBe('{ $.refusal = "THROTTLED" }');
    const { format, destination_arn } = only(prod, "aws_api_gateway_stage").access_log_settings;
    expect(JSON.parse(format).refusal).toBe("$context.error.responseType");
    expect(filter.log_group_name).toBe(destination_arn.replace(".arn}", ".name}"));
  });

  test.each([
    ["throttled-invocations", "Throttles"],
    ["failed-invocations", "Errors"],
  ])("%s adds up every function's %s", (name, metricName) => {
    const [sum, ...parts]: Properties[] = alarm(name).metric_query;
    expect(sum).toMatchObject({ expression: "SUM(METRICS())", return_data: true });
    expect(parts.map(({ metric }) => [metric.namespace, metric.metric_name, metric.period])).toEqual(
      Array(5).fill(["AWS/Lambda", metricName, 300]),
    );
    const functions = Object.keys(prod.resource.aws_lambda_function ?? {});
    expect(parts.map(({ metric }) => metric.dimensions.FunctionName).sort()).toEqual(
      functions.map((id) => `\${aws_lambda_function.${id}.function_name}`).sort(),
    );
  });

  test("nobody gets a mail, unless an address is named", () => {
    expect(prod.resource.aws_sns_topic_subscription).toBeUndefined();
    const mailed = synthesizeInventory({ STAGE: "prod", ALARM_EMAIL: "team@example.com" });
    expect(only(mailed, "aws_sns_topic_subscription")).toMatchObject({
      protocol: "email",
      endpoint: "team@example.com",
    });
  });
});

test("dev has no alarms", () => {
  const dev = synthesizeInventory();
  expect([dev.resource.aws_cloudwatch_metric_alarm, dev.resource.aws_sns_topic]).toEqual([
    undefined,
    undefined,
  ]);
  expect(dev.output).not.toHaveProperty("alarm_topic_arn");
  expect(prod.output).toHaveProperty("alarm_topic_arn");
});

test("alarms without access logs are refused, for they could not count throttled requests", () => {
  expect(() => synthesizeAlarms(false)).toThrow("set accessLogs for the stage, or take its alarms away");
  const limits = Object.values(resources(synthesizeAlarms(true), "aws_cloudwatch_metric_alarm"));
  expect(limits.map(({ threshold }) => threshold).sort()).toEqual([1, 2, 3, 4, 5]);
});

test.each(Object.entries(STAGES))(
  "stage %s: alarms come with access logs",
  (_name, { alarms, accessLogs }) => {
    expect(accessLogs || !alarms).toBe(true);
  },
);
