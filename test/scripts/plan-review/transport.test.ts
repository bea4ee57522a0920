import { reviewPlan } from "#plan-review/review";
import { reasonsIn, verdictIn } from "../../support/review-text";
import {
  anApi,
  type ChangeDetails,
  planBetween,
  REDEPLOYED,
  type Resources,
} from "../../support/terraform-plan";

/** What a review says of the oldest TLS that an API takes, and of the host names that it checks. */

const API = "aws_api_gateway_rest_api.api";
const STRICT = { security_policy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", endpoint_access_mode: "STRICT" };
const BASIC = { ...STRICT, endpoint_access_mode: "BASIC" };
const NEWEST = { security_policy: "SecurityPolicy_TLS13_1_3_2025_09", endpoint_access_mode: "STRICT" };

const apiWith = (values: object, trigger = "1"): Resources => {
  const resources = anApi(["GET /a AWS_IAM"], trigger);
  return { ...resources, [API]: { ...resources[API], ...values } };
};

function review(
  before: object,
  after: object,
  details: Readonly<Record<string, ChangeDetails>> = REDEPLOYED,
) {
  const { markdown } = reviewPlan(planBetween(apiWith(before), apiWith(after, "2"), details));
  const [connections] = markdown.split("\n").filter((line) => line.startsWith("Connections to API"));
  return { markdown, connections, verdict: verdictIn(markdown), reasons: reasonsIn(markdown) };
}

describe("connections that become less safe need care", () => {
  test.each<[name: string, before: object, after: object, reasons: string[]]>([
    [
      "no policy any more",
      STRICT,
      {},
      [
        "API `stack-api` accepts older TLS (`SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09` → `TLS_1_0`)",
        "API `stack-api` takes requests whose host is not the one of their TLS connection (no `STRICT` any more)",
      ],
    ],
    [
      "an older version",
      NEWEST,
      STRICT,
      [
        "API `stack-api` accepts older TLS (`SecurityPolicy_TLS13_1_3_2025_09` → `SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09`)",
      ],
    ],
    [
      "other ciphers",
      STRICT,
      { ...STRICT, security_policy: "SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09" },
      [
        "API `stack-api` may accept weaker TLS (`SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09` → `SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09`)",
      ],
    ],
    [
      "a policy that is not known yet",
      STRICT,
      { ...STRICT, security_policy: "SecurityPolicy_NEXT" },
      [
        "API `stack-api` may accept weaker TLS (`SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09` → `SecurityPolicy_NEXT`)",
      ],
    ],
    [
      "host names that are not checked",
      STRICT,
      BASIC,
      [
        "API `stack-api` takes requests whose host is not the one of their TLS connection (no `STRICT` any more)",
      ],
    ],
    [
      "a legacy policy that is older",
      { security_policy: "TLS_1_2" },
      { security_policy: "TLS_1_0" },
      ["API `stack-api` accepts older TLS (`TLS_1_2` → `TLS_1_0`)"],
    ],
  ])("%s", (_name, before, after, reasons) => {
    expect(review(before, after).reasons).toEqual(reasons);
  });
});

describe("connections that become safer, or stay, need none", () => {
  test.each<[name: string, before: object, after: object, shown: string]>([
    ["no policy", {}, {}, "TLS 1.0 or newer (`TLS_1_0`)"],
    [
      "no policy at a private API",
      { endpoint_configuration: [{ types: ["PRIVATE"] }] },
      { endpoint_configuration: [{ types: ["PRIVATE"] }] },
      "TLS 1.2 or newer (`TLS_1_2`)",
    ],
    [
      "a policy for the first time",
      { security_policy: "TLS_1_0" },
      STRICT,
      "~~TLS 1.0 or newer (`TLS_1_0`)~~ **TLS 1.2 or newer (`SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09`, `STRICT`)**",
    ],
    [
      "a newer version",
      STRICT,
      NEWEST,
      "~~TLS 1.2 or newer (`SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09`, `STRICT`)~~ **TLS 1.3 or newer (`SecurityPolicy_TLS13_1_3_2025_09`, `STRICT`)**",
    ],
    [
      "one for edge-optimized APIs",
      { security_policy: "SecurityPolicy_TLS12_PFS_2025_EDGE", endpoint_access_mode: "BASIC" },
      { security_policy: "SecurityPolicy_TLS13_2025_EDGE", endpoint_access_mode: "STRICT" },
      "~~TLS 1.2 or newer (`SecurityPolicy_TLS12_PFS_2025_EDGE`, `BASIC`)~~ **TLS 1.3 or newer (`SecurityPolicy_TLS13_2025_EDGE`, `STRICT`)**",
    ],
  ])("%s", (_name, before, after, shown) => {
    const { connections, reasons, verdict } = review(before, after);
    expect({ connections, reasons, verdict }).toEqual({
      connections: `Connections to API \`stack-api\`: ${shown}.`,
      reasons: [],
      verdict: "changes",
    });
  });
});

test("a change of connections alone is named among what changes", () => {
  expect(review({ security_policy: "TLS_1_0" }, STRICT).markdown).toContain("\nNo change in: permissions ·");
});

test("without a new deployment it does not take effect", () => {
  const { markdown } = reviewPlan(planBetween(apiWith({ security_policy: "TLS_1_0" }), apiWith(STRICT)));
  expect(reasonsIn(markdown)).toEqual([
    `stage \`dev\` of API \`stack-api\` is not redeployed: \`${API}\` would not go live`,
  ]);
});
