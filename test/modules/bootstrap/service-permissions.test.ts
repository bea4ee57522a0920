import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { BootstrapStack } from "#modules/bootstrap/bootstrap-stack";
import { permissionsFor } from "#modules/bootstrap/service-permissions";
import { bootstrapStack, readBootstrapSettings, readSettings, stackId } from "#modules/settings";
import { EveryServiceStack } from "../../support/every-service";
import { type Properties, resources, synthesizeInventory } from "../../support/synth";
import { temporaryFolder } from "../../support/temporary-folder";
import type { Terraform } from "../../support/terraform-json";

const folder = temporaryFolder();

function bootstrap(types: readonly string[], env: Record<string, string> = {}): Terraform {
  const outdir = mkdtempSync(join(tmpdir(), "synth-"));
  try {
    const app = new App({ outdir });
    const settings = readBootstrapSettings({ GITHUB_REPOSITORY: "octo-org/octo-repo", ...env });
    new BootstrapStack(app, bootstrapStack(), settings, types);
    app.synth();
    return JSON.parse(readFileSync(join(outdir, "stacks", bootstrapStack(), "cdk.tf.json"), "utf8"));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const statementsOf = (terraform: Terraform, role: string): Properties[] => {
  const policy = resources(terraform, "aws_iam_policy")[`github/${role}/services`];
  return policy === undefined ? [] : JSON.parse(policy["policy"]).Statement;
};
const list = (value: string | string[]): string[] => [value].flat();

const INVENTORY = Object.keys(synthesizeInventory({ STAGE: "prod" }).resource);

const QUEUE_AND_SCHEDULE = [
  "aws_sqs_queue",
  "aws_lambda_event_source_mapping",
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_event_target",
];

const DOMAIN = { DOMAIN_NAME: "api.example.com", HOSTED_ZONE_ID: "Z0123456789ABCDEFGHIJ" };

const ALL = [
  "aws_api_gateway_domain_name",
  "aws_acm_certificate",
  "aws_route53_record",
  ...QUEUE_AND_SCHEDULE,
  "aws_ssm_parameter",
  "aws_secretsmanager_secret",
  "aws_sns_topic_subscription",
  "aws_dynamodb_table.ttl",
  "aws_dynamodb_resource_policy",
  "aws_lambda_function.reserved_concurrent_executions",
  "aws_lambda_function.layers",
  "aws_lambda_function.vpc_config",
];

describe("the roles for stages with a queue and a schedule", () => {
  const terraform = bootstrap([...INVENTORY, ...QUEUE_AND_SCHEDULE]);

  test("get the permissions for these, and for nothing else", () => {
    const sids = (role: string) => statementsOf(terraform, role).map(({ Sid }) => Sid);
    expect(sids("deploy")).toEqual(["Queues", "EventSourceMappings", "EventSourceMappingTags", "Schedules"]);
    expect(sids("plan")).toEqual(sids("deploy"));
  });

  test("the planning one only reads", () => {
    const actions = statementsOf(terraform, "plan").flatMap(({ Action }) => list(Action));
    expect(actions.filter((action) => !/^\w+:(Get|List|Describe)\w+$/.test(action))).toEqual([]);
    expect(actions.length).toBeGreaterThan(5);
  });

  test("what names do not bound is bound by the stages' functions", () => {
    const [mappings] = statementsOf(terraform, "deploy").filter(({ Sid }) => Sid === "EventSourceMappings");
    expect(mappings).toMatchObject({
      Resource: "*",
      Condition: {
        ArnLike: {
          "lambda:FunctionArn": [
            expect.stringMatching(/:function:signed-inventory-dev-\*$/),
            expect.stringMatching(/:function:signed-inventory-prod-\*$/),
          ],
        },
      },
    });
  });

  test("all else is bound by the names of the stages", () => {
    const unbound = statementsOf(terraform, "deploy")
      .filter(({ Condition }) => Condition === undefined)
      .flatMap(({ Resource }) => list(Resource))
      .filter((arn) => !/signed-inventory-(dev|prod)-\*/.test(arn));
    expect(unbound).toEqual([expect.stringMatching(/:event-source-mapping:\*$/)]);
  });
});

test("stages of the base types add nothing", () => {
  expect(resources(bootstrap([...INVENTORY]), "aws_iam_policy")).toEqual({});
});

test.each(["dev", "prod"])("the types of the inventory's stage %s are among them", (stage) => {
  const types = Object.keys(synthesizeInventory({ STAGE: stage }).resource);
  expect(permissionsFor(types)).toEqual({ permissions: [], unknown: [] });
});

test("a stage with every construct has types that are known, and bindings that are within its boundary", () => {
  const app = new App({ outdir: mkdtempSync(join(folder, "every-")) });
  const stack = new EveryServiceStack(app, stackId("dev"), readSettings({}));
  expect(stack.node.findAll().flatMap(({ node }) => node.validate())).toEqual([]);
  const { resource } = stack.toTerraform() as { resource: Record<string, Record<string, object>> };
  const types = Object.entries(resource).flatMap(([type, instances]) => [
    type,
    ...Object.values(instances).flatMap((each) => Object.keys(each).map((argument) => `${type}.${argument}`)),
  ]);
  const { permissions, unknown } = permissionsFor(types);
  expect(unknown).toEqual([]);
  expect(permissions.map(({ sid }) => sid)).toContain("TopicSubscriptions");
});

test("a type whose calls are not known is refused, by its name", () => {
  expect(() => bootstrap(["aws_kinesis_stream"])).toThrow(
    "got aws_kinesis_stream in the stages, whose permissions are not known",
  );
});

test("arguments that are set bring their permissions", () => {
  const sids = permissionsFor(["aws_lambda_function", "aws_lambda_function.vpc_config"]).permissions;
  expect(sids.map(({ sid }) => sid)).toEqual(["FunctionNetworks"]);
});

describe("the roles for stages with a domain", () => {
  const types = Object.keys(synthesizeInventory(DOMAIN).resource);

  test("write the records of the domain's zone, and of no other", () => {
    const statements = statementsOf(bootstrap(types, DOMAIN), "deploy");
    expect(statements.map(({ Sid }) => Sid)).toEqual(["Domains", "Certificates", "Records", "RecordChanges"]);
    const arns = statements.flatMap(({ Resource }) => list(Resource));
    expect(arns.map((arn) => arn.replaceAll(/\$\{[^}]*\.(\w+)\}/g, "<$1>"))).toEqual([
      "arn:<partition>:apigateway:us-east-1::/domainnames",
      "arn:<partition>:apigateway:us-east-1::/domainnames/*",
      "arn:<partition>:acm:us-east-1:<account_id>:certificate/*",
      `arn:<partition>:route53:::hostedzone/${DOMAIN.HOSTED_ZONE_ID}`,
      "arn:<partition>:route53:::change/*",
    ]);
  });

  test("are refused without the zone", () => {
    expect(() => bootstrap(types)).toThrow(/^HOSTED_ZONE_ID: got nothing/);
  });
});

test("all of them together fit into a managed policy", () => {
  const terraform = bootstrap(ALL, DOMAIN);
  for (const role of ["plan", "deploy"]) {
    const text = JSON.stringify(statementsOf(terraform, role)).replaceAll(
      /\$\{[^}]*account_id\}/g,
      "111122223333",
    );
    // Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    expect(text.replaceAll(/\$\{[^}]*partition\}/g, "aws-us-gov").length).toBeLessThanOrEqual(6_144);
  }
});
