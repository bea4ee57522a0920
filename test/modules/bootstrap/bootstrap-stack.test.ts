import {
  only,
  type Properties,
  resources,
  synthesizeBootstrap,
  synthesizeInventory,
} from "../../support/synth";

const bootstrap = synthesizeBootstrap({ GITHUB_REPOSITORY: "octo-org/octo-repo" });

const the = (type: string, path: string): Properties => resources(bootstrap, type)[path] as Properties;
const statements = (json: string): Properties[] => JSON.parse(json).Statement;
const roleStatements = (role: string) =>
  statements(the("aws_iam_role_policy", `github/${role}/policy`).policy);
const list = (value: string | string[]): string[] => [value].flat();

describe("the state bucket", () => {
  test("is versioned, encrypted and closed to the public", () => {
    expect(only(bootstrap, "aws_s3_bucket_versioning").versioning_configuration).toEqual({
      status: "Enabled",
    });
    expect(only(bootstrap, "aws_s3_bucket_server_side_encryption_configuration").rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
    ]);
    expect(only(bootstrap, "aws_s3_bucket_public_access_block")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(only(bootstrap, "aws_s3_bucket_ownership_controls").rule).toEqual({
      object_ownership: "BucketOwnerEnforced",
    });
  });

  test("refuses everything that does not come over TLS, and allows nothing by its policy", () => {
    const id = Object.keys(bootstrap.resource.aws_s3_bucket ?? {})[0];
    expect(statements(only(bootstrap, "aws_s3_bucket_policy").policy)).toEqual([
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`\${aws_s3_bucket.${id}.arn}`, `\${aws_s3_bucket.${id}.arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  const PROTECTED = [
    "aws_s3_bucket",
    "aws_s3_bucket_versioning",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_policy",
  ];

  test.each(PROTECTED)("Terraform refuses to remove %s, unless that is asked for", (type) => {
    const open = synthesizeBootstrap({ GITHUB_REPOSITORY: "o/n", STATE_PROTECTION: "off" });
    expect(only(bootstrap, type).lifecycle).toEqual({ prevent_destroy: true });
    expect(only(open, type).lifecycle).toEqual({ prevent_destroy: false });
  });

  test("forgets old versions in time, and saved plans sooner", () => {
    const { rule } = only(bootstrap, "aws_s3_bucket_lifecycle_configuration");
    expect(rule.map((each: Properties) => [each.filter[0].prefix, each.expiration?.[0].days])).toEqual([
      ["", undefined],
      ["plans/", 30],
    ]);
  });
});

describe("the roles for GitHub", () => {
  const trust = (role: string) => statements(the("aws_iam_role", `github/${role}/role`).assume_role_policy);
  const ISSUER = "token.actions.githubusercontent.com";

  test("the planning one is for pull requests of the repository", () => {
    expect(trust("plan")).toEqual([
      {
        Sid: "AssumeFromGithubActions",
        Effect: "Allow",
        Principal: { Federated: expect.stringMatching(/^\$\{aws_iam_openid_connect_provider\..*\.arn\}$/) },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${ISSUER}:aud`]: "sts.amazonaws.com",
            [`${ISSUER}:sub`]: [
              "repo:octo-org/octo-repo:pull_request",
              "repo:octo-org/octo-repo:ref:refs/heads/main",
            ],
          },
        },
      },
    ]);
  });

  test("the deploying one is for the main branch and the stages' environments on it", () => {
    const [{ Condition } = { Condition: {} }] = trust("deploy");
    expect(Condition).toEqual({
      StringEquals: {
        [`${ISSUER}:aud`]: "sts.amazonaws.com",
        [`${ISSUER}:sub`]: [
          "repo:octo-org/octo-repo:ref:refs/heads/main",
          "repo:octo-org/octo-repo:environment:dev",
          "repo:octo-org/octo-repo:environment:prod",
        ],
        [`${ISSUER}:ref`]: "refs/heads/main",
      },
    });
  });

  test("the planning one can only read", () => {
    const actions = roleStatements("plan").flatMap(({ Action }) => list(Action));
    const reads = /^(\w+:(Get|List|Describe)\w+|apigateway:GET)$/;
    expect(actions.filter((action) => !reads.test(action))).toEqual([]);
    expect(actions.length).toBeGreaterThan(20);
    expect(roleStatements("deploy").flatMap(({ Action }) => list(Action)).length).toBeGreaterThan(70);
  });

  test("neither reaches what the bootstrap stack made", () => {
    const reached = ["plan", "deploy"]
      .flatMap(roleStatements)
      .flatMap(({ Resource }) => list(Resource))
      .filter((resource) => /signed-inventory-?\*|bootstrap/.test(resource));
    expect(reached).toEqual([]);
  });

  test("actions are named one by one", () => {
    const actions = ["plan", "deploy"].flatMap(roleStatements).flatMap(({ Action }) => list(Action));
    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
  });

  test("a role is handed to Lambda alone, and gets none but the stack's policies attached", () => {
    const one = (sid: string) => roleStatements("deploy").find(({ Sid }) => Sid === sid)?.Condition;
    expect(one("PassRolesToLambda")).toEqual({
      StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" },
    });
    expect(one("AttachOwnPolicies").ArnLike["iam:PolicyARN"]).toEqual([
      expect.stringMatching(/:policy\/signed-inventory-dev-\*$/),
      expect.stringMatching(/:policy\/signed-inventory-prod-\*$/),
    ]);
  });

  test("the deploying one can make no role without a boundary, and change none", () => {
    const grants = roleStatements("deploy").filter(({ Action }) =>
      list(Action).some((action) => /^iam:(Attach|Create|Put)Role/.test(action)),
    );
    expect(grants.map(({ Condition }) => Condition.StringEquals["iam:PermissionsBoundary"])).toEqual(
      grants.map(() => [
        expect.stringMatching(/:policy\/signed-inventory-boundary-dev$/),
        expect.stringMatching(/:policy\/signed-inventory-boundary-prod$/),
      ]),
    );
    expect(grants.length).toBeGreaterThan(1);
    const actions = roleStatements("deploy").flatMap(({ Action }) => list(Action));
    expect(actions.filter((action) => action.endsWith("PermissionsBoundary"))).toEqual([]);
    const ofBoundaries = roleStatements("deploy")
      .filter(({ Resource }) => list(Resource).some((arn) => arn.includes("boundary")))
      .flatMap(({ Action }) => list(Action));
    expect(ofBoundaries.sort()).toEqual([
      "iam:CreatePolicy",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:TagPolicy",
    ]);
  });
});

test("the account's setting for logs is the bootstrap stack's, and no stage's", () => {
  const id = Object.keys(bootstrap.resource.aws_iam_role ?? {}).find((each) => each.startsWith("api-logs"));
  expect(only(bootstrap, "aws_api_gateway_account").cloudwatch_role_arn).toBe(`\${aws_iam_role.${id}.arn}`);
  expect(synthesizeInventory({ STAGE: "prod" }).resource.aws_api_gateway_account).toBeUndefined();
});

test("what the workflows have to know is put out", () => {
  expect(Object.keys(bootstrap.output ?? {}).sort()).toEqual([
    "deploy_role_arn",
    "plan_role_arn",
    "region",
    "state_bucket",
  ]);
});
