import type { LocalCredentials, Principal } from "#iam/identity";
import { credentialsFile, issueCredentials } from "#local/credentials";

const ACCOUNT = { partition: "aws", accountId: "111122223333" };
const ARN = `arn:aws:iam::${ACCOUNT.accountId}`;

function principal(kind: Principal["kind"], name: string, over: Partial<Principal> = {}): Principal {
  return {
    address: `aws_iam_${kind}.${name}`,
    kind,
    name,
    arn: `${ARN}:${kind}/${name}`,
    uniqueId: `A${name}`,
    identityPolicies: [],
    tags: {},
    ...over,
  };
}

function issue(
  principals: readonly Principal[],
  seed = "seed",
  prefix = "app-dev-",
): readonly LocalCredentials[] {
  return issueCredentials({ ...ACCOUNT, principals }, seed, prefix);
}

const READER = principal("role", "app-dev-reader");
const KEYS = [
  { address: "aws_iam_access_key.one", id: "AKIAONE", secret: "secret one", active: true },
  { address: "aws_iam_access_key.off", id: "AKIAOFF", secret: "secret off", active: false },
  { address: "aws_iam_access_key.two", id: "AKIATWO", secret: "secret two", active: true },
];

test("a role has a session, with a token, under its name without the prefix", () => {
  expect(issue([READER])[0]).toEqual({
    profile: "reader",
    principal: READER,
    sessionName: "local",
    accessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
    secretAccessKey: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
    sessionToken: expect.stringMatching(/^[A-Za-z0-9]{200}$/),
  });
});

test("a user has its active keys, and no token", () => {
  const user = principal("user", "app-dev-ci", { accessKeys: KEYS });
  expect(issue([user]).slice(0, -1)).toEqual([
    { profile: "ci", principal: user, accessKeyId: "AKIAONE", secretAccessKey: "secret one" },
    { profile: "ci-2", principal: user, accessKeyId: "AKIATWO", secretAccessKey: "secret two" },
  ]);
});

test("a profile is a name that a file can have, beside those of API keys", () => {
  const names = [
    "app-dev-",
    "app-dev-..",
    "app-dev-.",
    "..",
    "app-dev-demo.key",
    "app-dev-=,@",
    "app-dev-a..b",
  ];
  const roles = names.map((name) => principal("role", name));
  expect(issue(roles).map(({ profile }) => profile)).toEqual([
    ...["role", "role-..", "role-.", "role-..-2", "role-demo.key", "role-=,@", "a..b"],
    "stranger",
  ]);
});

test("each has a profile of its own, though names are alike without the prefix", () => {
  const ci = principal("user", "app-dev-ci", { accessKeys: KEYS });
  const alike = [READER, principal("role", "reader"), principal("role", "ci-2"), ci];
  expect(issue(alike).map(({ profile, principal: { name } }) => [profile, name])).toEqual([
    ["reader", "app-dev-reader"],
    ["reader-2", "reader"],
    ["ci-2", "ci-2"],
    ["ci", "app-dev-ci"],
    ["ci-3", "app-dev-ci"],
    ["stranger", "app-dev-stranger"],
  ]);
});

test("a stranger is in the account, and no policy speaks of it", () => {
  expect(issue([]).map(({ profile, principal }) => ({ profile, principal }))).toEqual([
    {
      profile: "stranger",
      principal: expect.objectContaining({
        kind: "role",
        arn: `${ARN}:role/app-dev-stranger`,
        identityPolicies: [],
      }),
    },
  ]);
});

test("a stack's own stranger stays the only one", () => {
  const own = principal("role", "app-dev-stranger");
  expect(issue([own]).map(({ principal }) => principal)).toEqual([own]);
});

test("the same seed gives the same credentials, another seed and another role others", () => {
  const [one] = issue([READER]);
  expect(issue([READER])[0]).toEqual(one);
  const others = [issue([READER], "another seed")[0], issue([principal("role", "app-dev-writer")])[0]];
  for (const other of others) {
    expect(other?.accessKeyId).not.toBe(one?.accessKeyId);
    expect(other?.secretAccessKey).not.toBe(one?.secretAccessKey);
    expect(other?.sessionToken).not.toBe(one?.sessionToken);
  }
});

test("the file has a profile for each, in the format that every AWS client reads", () => {
  const user = principal("user", "other", { accessKeys: KEYS.slice(0, 1) });
  const issued = issue([READER, user]).slice(0, 2);
  expect(credentialsFile(issued, "eu-west-1")).toBe(`[reader]
aws_access_key_id = ${issued[0]?.accessKeyId}
aws_secret_access_key = ${issued[0]?.secretAccessKey}
aws_session_token = ${issued[0]?.sessionToken}
region = eu-west-1

[other]
aws_access_key_id = AKIAONE
aws_secret_access_key = secret one
region = eu-west-1
`);
});
