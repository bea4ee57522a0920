import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { checkGithub, type GithubSettings } from "#doctor/github";

/** Asks a server that answers like GitHub, and returns what was found and what was asked. */
async function ask(
  status: number,
  body: unknown,
  over: Partial<GithubSettings> = {},
  env: NodeJS.ProcessEnv = {},
) {
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url, headers }, response) => {
    asked.push(url, headers.authorization);
    response.writeHead(status).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const finding = await checkGithub({
      env: {
        GITHUB_REPOSITORY: "acme/shop",
        GITHUB_TOKEN: "token",
        GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        ...env,
      },
      stageName: "prod",
      needsReviewers: true,
      isRequired: true,
      ...over,
    });
    return { finding, asked };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const REVIEWERS = { type: "required_reviewers", reviewers: [{ type: "Team" }] };
const BRANCHES = { protected_branches: true, custom_branch_policies: false };
const PROTECTED = {
  protection_rules: [REVIEWERS, { type: "branch_policy" }],
  deployment_branch_policy: BRANCHES,
};

test("an environment with reviewers, for some branches only, is protected", async () => {
  expect(await ask(200, PROTECTED, {}, { GITHUB_REPOSITORY: "acme@1/shop@22" })).toEqual({
    finding: { check: "environment", status: "ok", found: "prod of acme/shop is protected" },
    asked: ["/repos/acme/shop/environments/prod", "Bearer token"],
  });
});

test.each([
  [
    "without a rule",
    200,
    {},
    "prod of acme/shop: every branch can deploy to it, a deployment needs no approval",
  ],
  [
    "for every branch",
    200,
    { ...PROTECTED, deployment_branch_policy: null },
    "prod of acme/shop: every branch can deploy to it",
  ],
  [
    "whose rule names no reviewer",
    200,
    { ...PROTECTED, protection_rules: [{ ...REVIEWERS, reviewers: [] }] },
    "prod of acme/shop: a deployment needs no approval",
  ],
  ["that does not exist", 404, {}, "prod of acme/shop does not exist, or the token cannot read it"],
  ["that GitHub refuses to show", 403, {}, "GitHub answered 403 on prod of acme/shop"],
])("one %s is missing", async (_name, status, body, found) => {
  expect((await ask(status, body)).finding).toMatchObject({
    status: "missing",
    found,
    remedy: expect.any(String),
  });
});

test("a stage that may be deployed without approval needs no reviewers, and still its branches", async () => {
  const open = { protection_rules: [], deployment_branch_policy: BRANCHES };
  expect((await ask(200, open, { needsReviewers: false })).finding.status).toBe("ok");
  expect((await ask(200, {}, { needsReviewers: false })).finding.status).toBe("missing");
});

test.each([
  ["no repository", { GITHUB_REPOSITORY: "" }],
  ["no token", { GITHUB_TOKEN: "" }],
  ["a token that cannot be sent", { GITHUB_TOKEN: "to\nken" }],
])("with %s GitHub is not asked: skipped, or missing if it has to be known", async (_name, env) => {
  const asked = await ask(200, PROTECTED, {}, env);
  expect([asked.finding.status, asked.asked]).toEqual(["missing", []]);
  expect((await ask(200, PROTECTED, { isRequired: false }, env)).finding.status).toBe("skipped");
});

test("no answer is missing", async () => {
  const { finding } = await ask(200, {}, {}, { GITHUB_API_URL: "http://127.0.0.1:9" });
  expect(finding).toMatchObject({ status: "missing", found: "no answer of GitHub on prod of acme/shop" });
});
