import fc from "fast-check";
import { hideStandIns, redactPlans } from "#plan/secrets";
import type { Value } from "#terraform/value";

const KEY = "Kx7pQ2mZ9vT4wB8nR5jL1cF6";

/** A resource change of a type. */
function change(type: string, members: Record<string, Value>): Value {
  return { resource_changes: [{ address: `${type}.x`, type, change: members }] };
}

function redacted(...plans: Value[]): string {
  return hideStandIns(JSON.stringify(redactPlans(plans)));
}

test.each<{ name: string; plan: Value }>([
  {
    name: "what a change marks as sensitive before",
    plan: change("aws_x", { before: { a: [{ b: KEY }] }, before_sensitive: { a: [{ b: true }] } }),
  },
  { name: "and after", plan: change("aws_x", { after: { a: KEY }, after_sensitive: { a: true } }) },
  {
    name: "a whole object that is marked",
    plan: change("aws_x", { after: { a: { b: [KEY] } }, after_sensitive: { a: true } }),
  },
  { name: "all of a change", plan: change("aws_x", { after: { a: KEY }, after_sensitive: true }) },
  {
    name: "what the state marks",
    plan: {
      prior_state: {
        values: { root_module: { resources: [{ values: { p: KEY }, sensitive_values: { p: true } }] } },
      },
    },
  },
  {
    name: "a sensitive output",
    plan: { planned_values: { outputs: { o: { sensitive: true, value: { demo: KEY } } } } },
  },
  {
    name: "a sensitive variable",
    plan: {
      variables: { v: { value: KEY } },
      configuration: { root_module: { variables: { v: { sensitive: true } } } },
      other: KEY,
    },
  },
  {
    name: "a usage plan's copy of a key, which nothing marks",
    plan: change("aws_api_gateway_usage_plan_key", {
      before: { value: KEY },
      before_sensitive: {},
      after: { value: KEY },
    }),
  },
  {
    name: "such a copy in a state",
    plan: {
      values: {
        root_module: {
          resources: [{ address: "a.b", type: "aws_api_gateway_usage_plan_key", values: { value: KEY } }],
        },
      },
    },
  },
  {
    name: "an API key, should it not be marked",
    plan: change("aws_api_gateway_api_key", { after: { value: KEY } }),
  },
  { name: "an access key's secret", plan: change("aws_iam_access_key", { after: { secret: KEY } }) },
])("$name is redacted, and every copy of it", ({ plan }) => {
  const copies: Value = {
    name: KEY,
    inside: `https://example.com/?key=${KEY}&x`,
    [`in a member's name ${KEY}`]: true,
    json: JSON.stringify({ policy: KEY }),
    base64: Buffer.from(KEY).toString("base64"),
    list: ["a", [KEY]],
  };
  const text = redacted(plan, copies, { elsewhere: KEY });
  expect(text).not.toContain(KEY);
  expect(text).not.toContain(Buffer.from(KEY).toString("base64"));
  expect(text).toContain("https://example.com/?key=(sensitive value)&x");
  expect(text).toContain('{"elsewhere":"(sensitive value)"}');
});

test.each<{ name: string; plan: Value }>([
  {
    name: "another attribute of the resource",
    plan: change("aws_x", { after: { a: "b" }, after_sensitive: { c: true } }),
  },
  {
    name: "a mark that is false",
    plan: change("aws_x", { after: { a: "b" }, after_sensitive: { a: false } }),
  },
  {
    name: "an output that is not sensitive",
    plan: { outputs: { o: { sensitive: false, value: "plain-value" } } },
  },
  {
    name: "the value of another resource",
    plan: change("aws_ssm_parameter", { before: { value: "plain-value" }, before_sensitive: {} }),
  },
  {
    name: "null where something sensitive could be",
    plan: change("aws_x", { after: { a: null }, after_sensitive: { a: true } }),
  },
])("$name stays", ({ plan }) => {
  expect(redactPlans([plan])).toEqual([plan]);
});

const variables = (name: string, value: Value): Value =>
  change("aws_lambda_function", { after: { environment: [{ variables: { [name]: value, plain: "10" } }] } });

describe("variables", () => {
  test.each<{ name: string; value: string }>([
    { name: "PAYMENT_TOKEN", value: "sk_live_51HxYz" },
    { name: "DB_PASSWORD", value: "hunter2" },
    { name: "clientSecret", value: "plain words" },
    { name: "STRIPE_API_KEY", value: "abc" },
    { name: "DATABASE_URL", value: "postgres://app:hunter2@db.internal/orders" },
    { name: "SIGNER", value: "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEI" },
    { name: "SESSION", value: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln" },
    { name: "SETTING", value: KEY },
    // Names that say nothing.
    { name: "NOTE", value: "AKIAIOSFODNN7EXAMPLE" },
    { name: "PLAN", value: "sk_live_abcdefgh12345678" },
    { name: "BOT", value: "xoxb-1234-5678-abcdef" },
    { name: "REPO", value: "ghp_abcdefghijklmnopqrstuvwxyz0123456789" },
    { name: "HEADER", value: "Bearer abcdef012345" },
    { name: "BACKEND", value: "jdbc:mysql://app:hunter2@db.internal/orders" },
    { name: "STORE", value: "Server=db.internal;User Id=app;Password=hunter2;" },
    { name: "HOOK", value: "https://hooks.example/in?token=abcdef012345" },
    { name: "OPTIONS", value: '{"user":"app","password":"hunter2"}' },
  ])("$name looks like a secret, and is redacted where it stands", ({ name, value }) => {
    const text = redacted(variables(name, value), { elsewhere: value });
    expect(text).toContain(`{"${name}":"(sensitive value)","plain":"10"}`);
    // A name alone cannot blank out what a review tells of other things.
    expect(text).toContain(JSON.stringify({ elsewhere: value }));
  });

  test.each<{ name: string; value: Value }>([
    { name: "products_table", value: "signed-inventory-dev-products" },
    { name: "products_api", value: "https://abc123defg.execute-api.us-east-1.amazonaws.com/dev/products" },
    { name: "TOKEN_TTL", value: "a day" },
    { name: "TOKEN_LIMIT", value: "300" },
    { name: "SECRET_ARN", value: "anything" },
    { name: "DB_SECRET", value: "arn:aws:secretsmanager:us-east-1:123456789012:secret:db" },
    { name: "USE_TOKEN", value: "true" },
    { name: "EMPTY_TOKEN", value: "" },
    { name: "TOKEN", value: null },
    { name: "SEARCH", value: "https://example.com/find?q=token&page=2" },
    { name: "OPTIONS", value: '{"tokenTtl":"300","passwordPolicy":""}' },
    { name: "TEXT", value: "Bearer of news" },
    { name: "COMMIT", value: "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
  ])("$name stays", ({ name, value }) => {
    const plan = variables(name, value);
    expect(redactPlans([plan])).toEqual([plan]);
  });

  test("a stage's variables are looked at too, and those of other resources are not", () => {
    const values = { after: { variables: { TOKEN: KEY } } };
    expect(redacted(change("aws_api_gateway_stage", values))).not.toContain(KEY);
    const other = change("aws_x", values);
    expect(redactPlans([other])).toEqual([other]);
  });
});

test("a short secret is redacted where it stands, and leaves other words alone", () => {
  const plan = change("aws_x", { after: { pin: "dev", stage: "dev" }, after_sensitive: { pin: true } });
  expect(redacted(plan)).toContain('{"pin":"(sensitive value)","stage":"dev"}');
});

test("a secret number is redacted wherever it is", () => {
  const plan = change("aws_x", { after: { n: 1234567890, m: 1234567890 }, after_sensitive: { n: true } });
  expect(redacted(plan)).not.toContain("1234567890");
});

test("a secret that has quotes in it is found in JSON within JSON", () => {
  const secret = 'a"quoted"secret';
  const plan = change("aws_x", {
    after: { s: secret, policy: JSON.stringify({ a: secret }) },
    after_sensitive: { s: true },
  });
  expect(redacted(plan)).not.toContain("quoted");
});

test("of two secrets of which one begins like the other, nothing of the longer one is left", () => {
  const plan = change("aws_x", {
    after: { a: "long-secret", b: "long-secret-and-more", c: "long-secret-and-more" },
    after_sensitive: { a: true, b: true },
  });
  expect(redacted(plan)).not.toContain("more");
});

test("the same secret has the same stand-in and another one another, until they are shown", () => {
  const plan = change("aws_x", {
    before: { a: "first-secret" },
    before_sensitive: { a: true },
    after: { a: "other-secret", b: "first-secret" },
    after_sensitive: { a: true },
  });
  const [text = ""] = redactPlans([plan]).map((each) => JSON.stringify(each));
  const [before, after, copy] = [...text.matchAll(/\(sensitive value \d+\)/g)].map(([standIn]) => standIn);
  expect(copy).toBe(before);
  expect(after).not.toBe(before);
  expect(hideStandIns(text)).not.toMatch(/value \d/);
});

test("wherever a secret stands in a text, it is gone", () => {
  const secret = fc.string({ minLength: 8, maxLength: 30 });
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
      const plan = change("aws_x", {
        after: { s: value, text: `${before}${value}${after}` },
        after_sensitive: { s: true },
      });
      const [
        {
          resource_changes: [{ change: shown }],
        },
      ] = redactPlans([plan]) as unknown as [
        { resource_changes: [{ change: { after: { s: string; text: string } } }] },
      ];
      const rest = hideStandIns(shown.after.text).replaceAll("(sensitive value)", "\n");
      fc.pre(!"(sensitive value)".includes(value));
      expect(rest).not.toContain(value);
      expect(shown.after.s).toMatch(/^\(sensitive value \d+\)$/);
    }),
  );
});
