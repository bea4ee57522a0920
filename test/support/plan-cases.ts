/**
 * Changes of the deployed stage `dev`, and what a review of each one's plan says. The plans are real:
 * test/fixtures/plans has those that were recorded, test/deploy/plan-review.test.ts makes them anew.
 */
export interface PlanCase {
  readonly name: string;
  /** The name of the recorded plan. */
  readonly file: string;
  /** What is changed in the sources before the plan is made. */
  readonly edits: readonly Edit[];
  /** What `terraform plan` is told beside. */
  readonly planArguments?: readonly string[];
  readonly verdict: "nothing changes" | "changes" | "needs care";
  /** The reasons for care, as the review gives them. */
  readonly reasons: readonly string[];
  /** Lines that the review has, each as a whole. */
  readonly lines: readonly string[];
}

export interface Edit {
  readonly file: string;
  readonly from: string;
  /** `DEPLOYED_TRIGGER` stands for the hash that the deployment was made with. */
  readonly to: string;
}

const NEW_ROUTE: Edit = {
  file: "main.ts",
  from: '{ method: "GET", path: "/auth/iam-sigv4", authorization: "AWS_IAM", integration: success },',
  to: `{ method: "GET", path: "/auth/iam-sigv4", authorization: "AWS_IAM", integration: success },
  { method: "GET", path: "/reports/{code}", authorization: "AWS_IAM", integration: { lambda: getProduct } },`,
};
const RAISED_QUOTA: Edit = {
  file: "project.config.ts",
  from: 'quota: { limit: 10_000, period: "DAY" }',
  to: 'quota: { limit: 100_000, period: "DAY" }',
};

/** Before anything is deployed. */
export const FIRST_DEPLOYMENT: PlanCase = {
  name: "the first deployment",
  file: "first-deployment",
  edits: [],
  verdict: "needs care",
  reasons: ["`GET /index` is new and is public"],
  lines: [
    "| **new** | `GET /products` | **`AWS_IAM`** | **no** | **Lambda `get-products`** | **`get-index`**, **`reader`**, **`writer`** | **`get-index/function`**, **`reader`**, **`writer`** |",
    "| **gains** | role `get-product` | `logs:CreateLogStream`, `logs:PutLogEvents` on `log-group:/aws/lambda/signed-inventory-dev-get-product:*` **(wildcard)**<br>`xray:PutTraceSegments`, `xray:PutTelemetryRecords` on `*` **(wildcard)**<br>`dynamodb:GetItem` on `table/signed-inventory-dev-products` | `get-product/function` |",
    "| **gains** | role `get-index` | `logs:CreateLogStream`, `logs:PutLogEvents` on `log-group:/aws/lambda/signed-inventory-dev-get-index:*` **(wildcard)**<br>`xray:PutTraceSegments`, `xray:PutTelemetryRecords` on `*` **(wildcard)**<br>`execute-api:Invoke` on `(aws_api_gateway_rest_api.api_rest-api_FFFBAE81.id)/dev/GET/products` | `get-index/function` |",
    "Everything that changes goes live.",
  ],
};

/** Once it is deployed. */
export const PLAN_CASES: readonly PlanCase[] = [
  {
    name: "no change",
    file: "no-change",
    edits: [],
    verdict: "nothing changes",
    reasons: [],
    lines: [
      "|   | `GET /auth/iam-sigv4` | `AWS_IAM` | no | mock | `reader`, `writer` | `reader`, `writer` |",
    ],
  },
  {
    name: "a new signed route",
    file: "new-signed-route",
    edits: [NEW_ROUTE],
    verdict: "changes",
    reasons: [],
    lines: [
      "| **new** | `GET /reports/{code}` | **`AWS_IAM`** | **no** | **Lambda `get-product`** | **`reader`**, **`writer`** | **`reader`**, **`writer`** |",
      "|   | `GET /auth/iam-sigv4` | `AWS_IAM` | no | mock | `reader`, `writer` | `reader`, `writer` |",
      "Everything that changes goes live.",
    ],
  },
  {
    name: "AWS_IAM removed from /products",
    file: "iam-removed",
    edits: [
      {
        file: "main.ts",
        from: 'path: "/products", authorization: "AWS_IAM"',
        to: 'path: "/products", authorization: "NONE"',
      },
    ],
    verdict: "needs care",
    reasons: ["`GET /products` loses its signature (`AWS_IAM` → `NONE`) and becomes public"],
    lines: [
      "| **changed** | `GET /products` | ~~`AWS_IAM`~~ **`NONE`** | no | Lambda `get-products` | ~~`get-index`~~, ~~`reader`~~, ~~`writer`~~, **anyone** | ~~`get-index/function`~~, ~~`reader`~~, ~~`writer`~~ |",
      "|   | `GET /auth/iam-sigv4` | `AWS_IAM` | no | mock | `reader`, `writer` | `reader`, `writer` |",
    ],
  },
  {
    name: "a key requirement removed",
    file: "key-removed",
    edits: [
      {
        file: "main.ts",
        from: 'authorization: "AWS_IAM",\n          apiKeyRequired: true,',
        to: 'authorization: "AWS_IAM",',
      },
    ],
    verdict: "needs care",
    reasons: ["`GET /auth/iam-sigv4-and-api-key` needs no API key any more"],
    lines: [
      "| **changed** | `GET /auth/iam-sigv4-and-api-key` | `AWS_IAM` | ~~yes~~ **no** | mock | `reader`, `writer` | `reader`, `writer` |",
    ],
  },
  {
    name: "the reader's policy widened to *",
    file: "reader-widened",
    edits: [{ file: "main.ts", from: 'routeArns: api.signedArns(["GET"]),', to: 'routeArns: ["*"],' }],
    verdict: "needs care",
    reasons: ["role `reader` gains `execute-api:Invoke` on `*` **(wildcard)**"],
    lines: [
      "| **changed** | `DELETE /products/{code}` | `AWS_IAM` | no | Lambda `delete-product` | **`reader`**, `writer` | **`reader`**, `writer` |",
      "| **changed** | `PUT /products/{code}` | `AWS_IAM` | no | Lambda `put-product` | **`reader`**, `writer` | **`reader`**, `writer` |",
      "| **gains** | role `reader` | `execute-api:Invoke` on `*` **(wildcard)** | `reader` |",
    ],
  },
  {
    name: "the table's key renamed",
    file: "table-key-renamed",
    edits: [
      {
        file: "main.ts",
        from: 'key: "code",',
        to: 'key: "sku",',
      },
    ],
    verdict: "needs care",
    reasons: ["table `signed-inventory-dev-products` is replaced: its items are lost"],
    lines: [
      "| **replaced** | table | `aws_dynamodb_table.table_43360BC0` | `hash_key` cannot change in place |",
      "Known after apply, and taken from the configuration: the policies `delete-product/function`, `get-product/function`, `get-products/function`, `put-product/function`.",
    ],
  },
  {
    name: "the quota raised tenfold",
    file: "quota-raised",
    edits: [RAISED_QUOTA],
    verdict: "changes",
    reasons: [],
    lines: ["| plan `standard` | 10 | 20 | ~~10,000 a day~~ **100,000 a day** | `dev` | `demo-1` |"],
  },
  {
    name: "an API key replaced",
    file: "key-replaced",
    edits: [],
    planArguments: ["-replace=aws_api_gateway_api_key.clients_demo_key-1_FD016A5A"],
    verdict: "needs care",
    reasons: ["API key `signed-inventory-dev-demo-1` is replaced: clients that have it are refused"],
    lines: [
      "| **replaced** | API key | `aws_api_gateway_api_key.clients_demo_key-1_FD016A5A` | – |",
      '    ~ value = "(sensitive value)" -> (known after apply)',
    ],
  },
  {
    name: "a method changed with the trigger frozen",
    file: "trigger-frozen",
    edits: [
      {
        file: "modules/api-stage.ts",
        from: "configuration: hash,",
        to: 'configuration: "DEPLOYED_TRIGGER",',
      },
      {
        file: "main.ts",
        from: '{ method: "GET", path: "/auth/iam-sigv4", authorization: "AWS_IAM", integration: success },',
        to: '{ method: "GET", path: "/auth/iam-sigv4", authorization: "AWS_IAM", apiKeyRequired: true, integration: success },',
      },
    ],
    verdict: "needs care",
    reasons: [
      "stage `dev` of API `signed-inventory-dev-api` is not redeployed: `aws_api_gateway_method.api_auth_iam-sigv4_GET_method_AC4B92E3` would not go live",
    ],
    lines: [
      "- `aws_api_gateway_method.api_auth_iam-sigv4_GET_method_AC4B92E3` (`api_key_required`) does not reach stage `dev`",
      "| **changed** | `GET /auth/iam-sigv4` | `AWS_IAM` | ~~no~~ **yes** | mock | `reader`, `writer` | `reader`, `writer` |",
    ],
  },
  {
    name: "a client's key exchanged for one of another label",
    file: "key-exchanged",
    edits: [{ file: "main.ts", from: 'plan: "standard" }', to: 'plan: "standard", keys: ["2"] }' }],
    verdict: "needs care",
    reasons: ["API key `signed-inventory-dev-demo-1` is destroyed: clients that have it are refused"],
    lines: ["| plan `standard` | 10 | 20 | 10,000 a day | `dev` | ~~`demo-1`~~ **`demo-2`** |"],
  },
  {
    name: "two changes at once",
    file: "new-route-and-quota-raised",
    edits: [NEW_ROUTE, RAISED_QUOTA],
    verdict: "changes",
    reasons: [],
    lines: [],
  },
  {
    name: "everything destroyed",
    file: "destroyed",
    edits: [],
    planArguments: ["-destroy"],
    verdict: "needs care",
    reasons: [
      "table `signed-inventory-dev-products` is destroyed: its items are lost",
      "API key `signed-inventory-dev-demo-1` is destroyed: clients that have it are refused",
      "API `signed-inventory-dev-api` is destroyed: its URL goes with it",
      "stage of the API `aws_api_gateway_stage.api_stage_6B887F5B` is destroyed",
      "log group `/aws/lambda/signed-inventory-dev-delete-product` is destroyed: its logs are lost",
      "log group `/aws/lambda/signed-inventory-dev-get-index` is destroyed: its logs are lost",
      "log group `/aws/lambda/signed-inventory-dev-get-product` is destroyed: its logs are lost",
      "log group `/aws/lambda/signed-inventory-dev-get-products` is destroyed: its logs are lost",
      "log group `/aws/lambda/signed-inventory-dev-put-product` is destroyed: its logs are lost",
      "settings of methods `dev` is destroyed: its throttles, logs and metrics go",
      "usage plan `signed-inventory-dev-standard` is destroyed: its limits go",
    ],
    lines: [],
  },
];
