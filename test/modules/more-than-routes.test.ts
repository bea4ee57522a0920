import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Account } from "#modules/account";
import { NodejsFunction, type NodejsFunctionProps } from "#modules/nodejs-function";
import { Parameter } from "#modules/parameter";
import type { Statement } from "#modules/policy";
import { Queue } from "#modules/queue";
import { RoleBoundary } from "#modules/role-boundary";
import { Schedule } from "#modules/schedule";
import { Secret } from "#modules/secret";
import { Topic } from "#modules/topic";
import { only, type Properties, resources, synthesize } from "../support/synth";

type Use = (scope: Construct, user: NodejsFunction) => void;

/** A stack with a boundary, a function, and what is done with it. */
function build(use: Use, props: Partial<NodejsFunctionProps> = {}) {
  return synthesize((stack) => {
    const account = new Account(stack, "account");
    new RoleBoundary(stack, "boundary", { account, region: "eu-central-1", stageName: "dev" });
    const entry = "functions/get-index/index.ts";
    use(
      stack,
      new NodejsFunction(stack, "user", {
        entry,
        description: "d",
        account,
        logRetentionInDays: 3,
        ...props,
      }),
    );
  });
}

/** What the function may do beside logs and traces. */
const allowed = (use: Use, props?: Partial<NodejsFunctionProps>) =>
  JSON.parse(only(build(use, props), "aws_iam_role_policy")["policy"])
    .Statement.slice(2)
    .map(({ Sid, Action }: Properties) => [Sid, ...[Action].flat()]);

test("a sender to a queue may send, and nothing else", () => {
  expect(allowed((stack, user) => new Queue(stack, "q", { name: "line-items" }).bind(user, "queue"))).toEqual(
    [["SendToLineitemsQueue", "sqs:SendMessage"]],
  );
});

describe("a consumed queue", () => {
  const stack = build(
    (scope, user) => new Queue(scope, "q", { name: "invoices" }).consume(user, { batchSize: 5 }),
    {
      timeoutInSeconds: 20,
    },
  );
  const queues = resources(stack, "aws_sqs_queue");

  test("hands on what fails, after three attempts", () => {
    expect(JSON.parse(queues["q/queue"]?.["redrive_policy"])).toMatchObject({ maxReceiveCount: 3 });
    expect(queues["q/dead-letters"]).toMatchObject({
      name: "test-dev-invoices-dead-letters",
      message_retention_seconds: 1_209_600,
      sqs_managed_sse_enabled: true,
    });
  });

  test("hides a message for six times the function's timeout", () => {
    expect(queues["q/queue"]?.["visibility_timeout_seconds"]).toBe(120);
  });

  test("comes in batches, whose failures alone come again", () => {
    expect(only(stack, "aws_lambda_event_source_mapping")).toMatchObject({
      batch_size: 5,
      function_response_types: ["ReportBatchItemFailures"],
    });
  });

  test("may be consumed by its function", () => {
    const actions = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];
    expect(allowed((scope, user) => new Queue(scope, "q", { name: "i" }).consume(user))).toEqual([
      ["ConsumeIQueue", ...actions],
    ]);
  });
});

test("a queue in order has AWS's suffix, and so has that of its dead letters", () => {
  const stack = build((scope) => void new Queue(scope, "q", { name: "steps", fifo: true }));
  expect(
    Object.values(resources(stack, "aws_sqs_queue")).map(({ name, fifo_queue }) => [name, fifo_queue]),
  ).toEqual([
    ["test-dev-steps-dead-letters.fifo", true],
    ["test-dev-steps.fifo", true],
  ]);
});

describe("a schedule", () => {
  test("may invoke its function, and it alone", () => {
    const stack = build((scope, user) =>
      new Schedule(scope, "nightly", { expression: "cron(0 2 * * ? *)" }).consume(user, { day: 1 }),
    );
    const [rule] = Object.keys(stack.resource["aws_cloudwatch_event_rule"] ?? {});
    expect(only(stack, "aws_lambda_permission")).toMatchObject({
      principal: "events.amazonaws.com",
      source_arn: `\${aws_cloudwatch_event_rule.${rule}.arn}`,
    });
    expect(only(stack, "aws_cloudwatch_event_target")["input"]).toBe('{"day":1}');
  });

  test.each(["rate(1 minute)", "rate(5 minutes)", "rate(12 hours)", "cron(0/5 8-17 ? * MON-FRI *)"])(
    "takes %s",
    (expression) => {
      const stack = build((scope) => void new Schedule(scope, "s", { expression }));
      expect(only(stack, "aws_cloudwatch_event_rule")["schedule_expression"]).toBe(expression);
    },
  );

  test.each(["rate(1 minutes)", "rate(5 minute)", "rate(0 minutes)", "* * * * *", "cron(0 2 * * ?)"])(
    "refuses %s, as EventBridge does",
    (expression) => {
      expect(() => build((scope) => void new Schedule(scope, "s", { expression }))).toThrow(
        `got '${expression}', expected rate(1 minute)`,
      );
    },
  );
});

test.each<[string, Use, string, string]>([
  [
    "topic",
    (s, user) => new Topic(s, "t", { name: "orders" }).bind(user, "v"),
    "PublishToOrders",
    "sns:Publish",
  ],
  [
    "parameter",
    (s, user) => new Parameter(s, "p", { name: "limit", value: "1" }).bind(user, "v"),
    "ReadLimitParameter",
    "ssm:GetParameter",
  ],
  [
    "secret",
    (s, user) => new Secret(s, "s", { name: "key" }).bind(user, "v"),
    "ReadKeySecret",
    "secretsmanager:GetSecretValue",
  ],
])("the binding of a %s gives its name to the function, and one action", (_, use, sid, action) => {
  expect(allowed(use)).toEqual([[sid, action]]);
  expect(only(build(use), "aws_lambda_function")["environment"].variables).toHaveProperty("v");
});

test("a topic invokes its consumer, which no other topic may", () => {
  const stack = build((scope, user) => new Topic(scope, "t", { name: "orders" }).consume(user));
  const [topic] = Object.keys(stack.resource["aws_sns_topic"] ?? {});
  expect(only(stack, "aws_lambda_permission")["source_arn"]).toBe(`\${aws_sns_topic.${topic}.arn}`);
  expect(only(stack, "aws_sns_topic_subscription")["protocol"]).toBe("lambda");
});

test("a secret's value is nowhere in the program", () => {
  const stack = build((scope) => void new Secret(scope, "s", { name: "key" }));
  expect(stack.resource["aws_secretsmanager_secret_version"]).toBeUndefined();
});

test("alarms are raised on age, dead letters, failed deliveries and invocations", () => {
  const stack = build((scope) => {
    new Queue(scope, "invoices", { name: "invoices", alarmAgeInSeconds: 60 }).watch("topic");
    new Schedule(scope, "nightly", { expression: "rate(1 day)" }).watch("topic");
    new Topic(scope, "orders", { name: "orders" }).watch("topic");
  });
  const alarms = Object.values(resources(stack, "aws_cloudwatch_metric_alarm"));
  expect(alarms.map((each) => [each["alarm_name"], each["metric_name"], each["threshold"]])).toEqual([
    ["test-dev-invoices-age", "ApproximateAgeOfOldestMessage", 60],
    ["test-dev-invoices-dead-letters-alarm", "ApproximateNumberOfMessagesVisible", 1],
    ["test-dev-nightly-failed", "FailedInvocations", 1],
    ["test-dev-orders-failed", "NumberOfNotificationsFailed", 1],
  ]);
});

describe("the boundary of the stage's roles", () => {
  const boundaryOf = (use: Use): string[] => {
    const [policy] = Object.values(resources(build(use), "aws_iam_policy"));
    return JSON.parse(policy?.["policy"]).Statement.map(({ Sid }: Properties) => Sid);
  };
  const BASE = ["WriteLogs", "SendTraces", "UseTables"];

  test("gets its share from a binding, once", () => {
    expect(
      boundaryOf((scope, user) => {
        for (const name of ["one", "two"]) new Queue(scope, name, { name }).bind(user, name);
        new Secret(scope, "s", { name: "key" }).bind(user, "key");
      }),
    ).toEqual([...BASE, "UseQueues", "ReadSecrets"]);
  });

  test("and none where nothing is bound", () => {
    expect(boundaryOf((scope) => void new Queue(scope, "q", { name: "one" }))).toEqual(BASE);
  });

  /** What the validations of a stack say. */
  function faults(statement: Statement, atMost?: Statement): string[] {
    const stack = new TerraformStack(new App(), "test-dev");
    new AwsProvider(stack, "aws", { region: "eu-central-1" });
    const account = new Account(stack, "account");
    const boundary = new RoleBoundary(stack, "boundary", {
      account,
      region: "eu-central-1",
      stageName: "dev",
    });
    const entry = "functions/get-index/index.ts";
    new NodejsFunction(stack, "user", { entry, description: "d", account, logRetentionInDays: 3 }).allow(
      statement,
    );
    if (atMost) boundary.allow(atMost);
    return stack.node.findAll().flatMap(({ node }) => node.validate());
  }

  const READ = { sid: "ReadFiles", actions: ["s3:GetObject"], resources: ["arn:aws:s3:::files/*"] };

  test("is checked to hold what a role is allowed", () => {
    expect(faults(READ)).toEqual([
      "test-dev/user/policy allows s3:GetObject, expected an action within the boundary of the stage's roles: bind a construct that brings it, or add it with allowAtMost() of the stack",
    ]);
  });

  test("which it does once it has it, or if the statement denies", () => {
    expect(faults(READ, READ)).toEqual([]);
    expect(faults({ ...READ, effect: "Deny" })).toEqual([]);
  });

  test("takes no second statement of another meaning by the same name", () => {
    expect(() => faults(READ, { ...READ, sid: "WriteLogs" })).toThrow("got two statements WriteLogs");
  });
});

describe("a function takes", () => {
  test("concurrency, layers and a network, in which it may have interfaces", () => {
    const props = {
      reservedConcurrency: 5,
      layers: ["arn:aws:lambda:eu-central-1:1:layer:a:1"],
      vpc: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
    };
    expect(
      only(
        build(() => {}, props),
        "aws_lambda_function",
      ),
    ).toMatchObject({
      reserved_concurrent_executions: 5,
      layers: props.layers,
      vpc_config: { subnet_ids: ["subnet-1"], security_group_ids: ["sg-1"] },
    });
    expect(allowed(() => {}, props)[0]).toContain("ec2:CreateNetworkInterface");
  });

  test("or none of them", () => {
    const plain = only(
      build(() => {}),
      "aws_lambda_function",
    );
    expect([plain["vpc_config"], plain["layers"], plain["reserved_concurrent_executions"]]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(allowed(() => {})).toEqual([]);
  });
});
