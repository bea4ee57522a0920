import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { Alarms } from "#modules/alarms";
import { projectConfig } from "#modules/config/load-config";
import { RestApi } from "#modules/rest-api";
import {
  only,
  type Properties,
  resources,
  synthesize,
  synthesizeInventory,
  type Terraform,
} from "../support/synth";

const LIMITS = {
  serverErrors: 1,
  throttledRequests: 2,
  throttledInvocations: 3,
  failedInvocations: 4,
  latencyMilliseconds: 5,
};

const anApi = (stack: TerraformStack, accessLogs = true) =>
  new RestApi(stack, "api", {
    description: "an API",
    region: "eu-central-1",
    stageName: "dev",
    routes: [{ method: "GET", path: "/", authorization: "NONE", integration: { mock: {} } }],
    throttle: { rateLimit: 1, burstLimit: 1 },
    accessLogs,
    logRetentionInDays: 1,
  });

const functionOf = (stack: Construct, name: string) =>
  new LambdaFunction(stack, name, { functionName: name, role: "r" });

/** Alarms on an API and on functions that are on none of its routes. */
const synthesizeAlarms = (
  functions: number,
  after: (stack: TerraformStack) => void = () => {},
  accessLogs = true,
) =>
  synthesize((stack) => {
    const api = anApi(stack, accessLogs);
    // Within another construct, as a module of functions would have them.
    const others = new Construct(stack, "others");
    for (let index = 0; index < functions; index += 1) functionOf(others, `f${index}`);
    new Alarms(stack, "alarms", { api, limits: LIMITS });
    after(stack);
  });

/** The functions that the alarms of a kind watch, by alarm. */
const watched = (terraform: Terraform, kind: string): [name: string, functions: string[]][] =>
  Object.entries(resources(terraform, "aws_cloudwatch_metric_alarm"))
    .filter(([path]) => path.includes(kind))
    .map(([, { alarm_name, metric_query }]) => [
      alarm_name,
      metric_query.flatMap(({ metric }: Properties) => (metric ? [metric.dimensions.FunctionName] : [])),
    ])
    .sort() as [string, string[]][];

const prod = synthesizeInventory({ STAGE: "prod" });
const topicId = Object.keys(prod.resource.aws_sns_topic ?? {})[0];
const alarms = resources(prod, "aws_cloudwatch_metric_alarm");
const alarm = (name: string): Properties => alarms[`alarms/${name}`] as Properties;

describe("the alarms of prod", () => {
  test("each notifies the topic when it goes off and when it is over, and is quiet while there are no calls", () => {
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

  test("there is no mail, unless an address is named", () => {
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

describe("with many functions", () => {
  test.each([
    { functions: 10, sizes: [10] },
    { functions: 11, sizes: [6, 5] },
    { functions: 25, sizes: [9, 9, 7] },
  ])("$functions are watched by alarms over at most ten metrics", ({ functions, sizes }) => {
    const terraform = synthesizeAlarms(functions);
    const all = Object.keys(terraform.resource.aws_lambda_function ?? {});
    for (const kind of ["throttled-invocations", "failed-invocations"]) {
      const alarms = watched(terraform, kind);
      expect(alarms.map(([, each]) => each.length)).toEqual(sizes);
      expect(alarms.map(([name]) => name)).toEqual(
        sizes.map((_, index) => `test-dev-${kind}${index === 0 ? "" : `-${index + 1}`}`),
      );
      expect(alarms.flatMap(([, each]) => each).sort()).toEqual(
        all.map((id) => `\${aws_lambda_function.${id}.function_name}`).sort(),
      );
    }
  });

  test("each group has the limit, and the sum of its own metrics", () => {
    for (const [path, alarm] of Object.entries(
      resources(synthesizeAlarms(11), "aws_cloudwatch_metric_alarm"),
    ).filter(([path]) => path.includes("invocations"))) {
      expect(alarm.threshold).toBe(path.includes("throttled") ? 3 : 4);
      expect(alarm.metric_query.filter(({ return_data }: Properties) => return_data)).toEqual([
        expect.objectContaining({ expression: "SUM(METRICS())" }),
      ]);
    }
  });
});

test("without functions there is no alarm over no metric, which CloudWatch would refuse", () => {
  const terraform = synthesizeAlarms(0);
  expect([watched(terraform, "throttled-invocations"), watched(terraform, "failed-invocations")]).toEqual([
    [],
    [],
  ]);
});

test("a function that is made after the alarms is refused, for it would not be watched", () => {
  expect(() => synthesizeAlarms(1, (stack) => void functionOf(stack, "late"))).toThrow(
    "test-dev/late is made after the alarms, which would not watch it: raise alarms last",
  );
});

test.each([
  { metrics: 10, refusal: undefined },
  {
    metrics: 11,
    refusal: "test-dev/own: got an alarm over 11 metrics, expected at most 10: split it",
  },
])("an alarm of the stack's own over $metrics metrics", ({ metrics, refusal }) => {
  const build = () =>
    synthesizeAlarms(1, (stack) => {
      const metric = { metricName: "Errors", namespace: "AWS/Lambda", period: 60, stat: "Sum" };
      new CloudwatchMetricAlarm(stack, "own", {
        alarmName: "own",
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 1,
        metricQuery: [
          { id: "total", expression: "SUM(METRICS())", returnData: true },
          ...Array.from({ length: metrics }, (_, index) => ({ id: `m${index}`, metric })),
        ],
      });
    });
  if (refusal === undefined) expect(build).not.toThrow();
  else expect(build).toThrow(refusal);
});

test("alarms without access logs are refused, for they could not count throttled requests", () => {
  expect(() => synthesizeAlarms(1, undefined, false)).toThrow(
    "set accessLogs for the stage, or take its alarms away",
  );
  const limits = Object.values(resources(synthesizeAlarms(1), "aws_cloudwatch_metric_alarm"));
  expect(limits.map(({ threshold }) => threshold).sort()).toEqual([1, 2, 3, 4, 5]);
});

test.each(Object.entries(projectConfig().stages))(
  "stage %s: alarms come with access logs",
  (_name, { alarms, accessLogs }) => {
    expect(accessLogs || !alarms).toBe(true);
  },
);
