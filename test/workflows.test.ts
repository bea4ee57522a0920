import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectConfig } from "#modules/config/load-config";
import { PROJECT_ROOT } from "#self/repository";
import { temporaryFolder } from "./support/temporary-folder";

/** A workflow, as far as the rules look at it. */
interface Workflow {
  readonly on: string | Record<string, unknown>;
  readonly permissions?: unknown;
  readonly env?: Record<string, unknown>;
  readonly jobs: Record<string, Job>;
}

interface Job {
  readonly needs?: string;
  readonly concurrency?: unknown;
  readonly if?: string;
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly uses?: string;
  readonly with?: Record<string, unknown>;
  readonly "runs-on"?: string;
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> };
  readonly steps?: readonly Step[];
}

interface Step {
  readonly if?: string;
  readonly id?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
  readonly uses?: string;
  readonly with?: Record<string, unknown>;
}

const FOLDER = join(PROJECT_ROOT, ".github", "workflows");
const TEMPLATE = join(PROJECT_ROOT, "template", "github", "workflows");
const names = readdirSync(FOLDER);
const texts = new Map(names.map((name) => [name, readFileSync(join(FOLDER, name), "utf8")]));
const workflows = new Map([...texts].map(([name, text]) => [name, parse(text) as Workflow]));
const jobs = [...workflows].flatMap(([name, { jobs }]) =>
  Object.entries(jobs).map(([id, job]) => ({ name: `${name}: ${id}`, job })),
);
const steps = jobs.flatMap(({ name, job: { steps = [] } }) => steps.map((step) => ({ name, step })));
const scratch = temporaryFolder();

/** What GitHub's own schema has against files, by path. */
function faults(paths: readonly string[]): Record<string, string[]> {
  const program = join(__dirname, "support", "parse-workflows.mts");
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", program, ...paths], {
    cwd: PROJECT_ROOT,
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

test("there are a workflow for changes, for their plans and for deployments, one of the night and three that scan", () => {
  expect(names.sort()).toEqual([
    "ci.yml",
    "codeql.yml",
    "deploy-stage.yml",
    "deploy.yml",
    "nightly.yml",
    "plan-comment.yml",
    "plan.yml",
    "release.yml",
    "scorecard.yml",
    "zizmor.yml",
  ]);
});

const BROKEN = [
  { name: "an unknown key", from: "runs-on: ubuntu-24.04", to: "runs_on: ubuntu-24.04" },
  { name: "a permission that does not exist", from: "contents: read", to: "contents: reads" },
  { name: "an expression of nothing known", from: "${{ github.ref }}", to: "${{ gitlab.ref }}" },
];

test("each passes GitHub's schema, and would not with a fault in it", () => {
  const sound = names.map((name) => join(FOLDER, name));
  const broken = BROKEN.map(({ name, from, to }) => {
    const path = join(scratch, `${name}.yml`);
    const text = texts.get("ci.yml") ?? "";
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
    return path;
  });
  // Those that a new project gets are held to the same.
  sound.push(...readdirSync(TEMPLATE).map((name) => join(TEMPLATE, name)));
  const found = faults([...sound, ...broken]);
  expect(sound.filter((path) => found[path]?.length !== 0)).toEqual([]);
  expect(broken.filter((path) => found[path]?.length === 0)).toEqual([]);
  expect(Object.keys(found)).toHaveLength(sound.length + broken.length);
});

test("actions are pinned by commit, with the version beside it", () => {
  const used = [...texts.values()]
    .flatMap((text) => [...text.matchAll(/\buses: (.+)$/gm)])
    .map(([, use]) => use);
  const pinned = /^[\w-]+(\/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
  expect(used.filter((use = "") => !pinned.test(use) && !use.startsWith("./.github/workflows/"))).toEqual([]);
  expect(used.length).toBeGreaterThan(15);
});

test("an action has one version everywhere, and so have the actions of one repository", () => {
  const versions = new Map<string, Set<string>>();
  for (const { step } of steps) {
    const [action = "", commit = ""] = (step.uses ?? "").split("@");
    const repository = action.split("/").slice(0, 2).join("/");
    versions.set(repository, (versions.get(repository) ?? new Set()).add(commit));
  }
  expect([...versions].filter(([, commits]) => commits.size > 1)).toEqual([]);
});

test("a new project uses the same actions at the same commits, and deploys through an environment", () => {
  const own = new Set(steps.map(({ step }) => step.uses));
  const written = readdirSync(TEMPLATE).map((name) => readFileSync(join(TEMPLATE, name), "utf8"));
  const used = written.flatMap((text) => [...text.matchAll(/\buses: (\S+)/g)].map(([, use]) => use));
  expect(used.filter((use) => !own.has(use) && use !== "./.github/workflows/deploy-stage.yml")).toEqual([]);
  const { permissions, jobs }: Workflow = parse(readFileSync(join(TEMPLATE, "deploy-stage.yml"), "utf8"));
  expect(permissions).toEqual({ contents: "read" });
  expect(jobs["apply"]).toMatchObject({ needs: "plan", environment: "${{ inputs.stage }}" });
  expect(written.join("")).not.toMatch(/\{\{[^}]*secrets/);
});

test.each([...workflows])(
  "%s may read the sources, and a job asks for what else it needs",
  (_name, workflow) => {
    expect(workflow.permissions).toEqual({ contents: "read" });
  },
);

const WRITERS: Readonly<Record<string, readonly string[]>> = {
  "nightly.yml: drift": ["id-token"],
  "nightly.yml: report-drift": ["issues"],
  "plan.yml: plan": ["id-token"],
  "plan-comment.yml: comment": ["pull-requests"],
  "deploy.yml: dev": ["id-token"],
  "deploy.yml: prod": ["id-token"],
  "deploy-stage.yml: plan": ["id-token"],
  "deploy-stage.yml: apply": ["id-token"],
  "codeql.yml: analyze": ["security-events"],
  "release.yml: release": ["contents", "id-token", "attestations"],
  "scorecard.yml: analyze": ["security-events"],
};

test("who may write what is as meant", () => {
  const writers = jobs.map(({ name, job: { permissions = {} } }) => [
    name,
    Object.keys(permissions).filter((scope) => permissions[scope] === "write"),
  ]);
  expect(Object.fromEntries(writers.filter(([, scopes]) => scopes?.length))).toEqual(WRITERS);
});

const eventsOf = ({ on }: Workflow): string[] => (typeof on === "string" ? [on] : Object.keys(on));

test("no workflow runs a pull request's code with the rights of the base", () => {
  const events = [...workflows.values()].flatMap(eventsOf);
  expect([...new Set(events)].sort()).toEqual([
    "merge_group",
    "pull_request",
    "push",
    "schedule",
    "workflow_call",
    "workflow_dispatch",
    "workflow_run",
  ]);
});

test("what a pull request starts, with its own workflow and code, writes nothing on GitHub", () => {
  const started = [...workflows].filter(([, workflow]) => eventsOf(workflow).includes("pull_request"));
  const written = started.flatMap(([, { jobs }]) =>
    Object.values(jobs).flatMap(({ permissions = {} }) =>
      Object.keys(permissions).filter((scope) => permissions[scope] === "write"),
    ),
  );
  // An OpenID token proves to AWS who asks, and opens nothing on GitHub. CodeQL reports what it found, and runs no code.
  expect(written.sort()).toEqual(["id-token", "security-events"]);
  expect(started.map(([name]) => name).sort()).toEqual(["ci.yml", "codeql.yml", "plan.yml", "zizmor.yml"]);
});

describe("the job that comments", () => {
  const workflow = workflows.get("plan-comment.yml") as Workflow;
  const job = workflow.jobs["comment"] as Job;

  test("is the main branch's, and starts when a pull request's own run has ended", () => {
    expect(workflow.on).toEqual({ workflow_run: { workflows: ["plan"], types: ["completed"] } });
    expect(Object.keys(workflow.jobs)).toEqual(["comment"]);
    for (const condition of [
      "github.event.workflow_run.event == 'pull_request'",
      "github.event.workflow_run.head_repository.full_name == github.repository",
      "github.event.workflow_run.pull_requests[0] != null",
    ])
      expect(job.if?.split(" && ")).toContain(condition);
  });

  test("checks out nothing but the main branch, and takes no cache and no artifact into its folder", () => {
    const used = (job.steps ?? []).flatMap(({ uses, with: inputs }) => (uses ? [{ uses, inputs }] : []));
    expect(used.map(({ uses, inputs }) => [uses.split("@")[0], inputs])).toEqual([
      ["actions/checkout", { "persist-credentials": false }],
      ["actions/setup-node", { "node-version-file": ".nvmrc" }],
    ]);
  });

  test("takes from the run only what GitHub says of it, and hands it over as data", () => {
    const text = texts.get("plan-comment.yml") ?? "";
    const said = [...text.matchAll(/\$\{\{ (.+?) \}\}/g)].map(([, expression]) => expression);
    expect(new Set(said)).toEqual(
      new Set([
        "github.event.workflow_run.head_branch",
        "github.event.workflow_run.head_sha",
        "github.event.workflow_run.id",
        "github.event.workflow_run.pull_requests[0].number",
        "github.token",
        "matrix.stage",
      ]),
    );
    for (const { run = "" } of job.steps ?? []) expect(run).not.toContain("${{");
  });

  test("has a review of each stage to take", () => {
    const { steps = [] } = workflows.get("plan.yml")?.jobs["review"] ?? {};
    const left = steps.find(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
    expect(left?.with?.["name"]).toBe("plan-${{ matrix.stage }}");
    expect(String(left?.with?.["path"]).split("\n")).toContain("review.md");
    expect(job.strategy?.matrix.stage).toEqual(Object.keys(projectConfig().stages));
  });
});

test("a pull request gets the planning role, and from a fork none", () => {
  const roles = [...workflows].map(([name]) => [
    name,
    texts.get(name)?.match(/vars\.AWS_\w+_ROLE_ARN/g) ?? [],
  ]);
  expect(Object.fromEntries(roles.map(([name, used]) => [name, [...new Set(used)]]))).toEqual({
    "ci.yml": [],
    "codeql.yml": [],
    "nightly.yml": ["vars.AWS_PLAN_ROLE_ARN"],
    "release.yml": [],
    "scorecard.yml": [],
    "zizmor.yml": [],
    "plan.yml": ["vars.AWS_PLAN_ROLE_ARN"],
    "plan-comment.yml": ["vars.AWS_PLAN_ROLE_ARN"],
    "deploy.yml": ["vars.AWS_DEPLOY_ROLE_ARN"],
    "deploy-stage.yml": ["vars.AWS_DEPLOY_ROLE_ARN"],
  });
  const { plan, difference } = workflows.get("plan.yml")?.jobs ?? {};
  expect(plan?.if).toContain("&& github.event.pull_request.head.repo.full_name == github.repository");
  expect(difference?.if).toContain("|| github.event.pull_request.head.repo.full_name != github.repository");
  expect(difference?.permissions).toBeUndefined();
});

test("no secret is handed to a step but the job's own token", () => {
  const text = [...texts.values()].join("");
  expect(text).not.toMatch(/\{\{[^}]*secrets/);
  const tokens = steps.filter(({ step }) => JSON.stringify(step).includes("github.token"));
  expect(tokens.map(({ name, step }) => [name, step.run])).toEqual([
    ["deploy-stage.yml: protection", "make doctor ARGS=--github"],
    ["nightly.yml: report-drift", "make plan-comment REVIEW=review.md ISSUE=yes"],
    ["plan-comment.yml: comment", "make plan-comment PR=$PULL_REQUEST"],
    ["release.yml: release", "make publish TAG=$GITHUB_REF_NAME"],
  ]);
  const checkouts = steps.filter(({ step }) => step.uses?.startsWith("actions/checkout@"));
  expect(checkouts.filter(({ step }) => step.with?.["persist-credentials"] !== false)).toEqual([]);
});

test("every step that runs something is a make target that a person can run", () => {
  const targets = new Set(
    [...readFileSync(join(PROJECT_ROOT, "Makefile"), "utf8").matchAll(/^([a-z_-]+):(?!=)/gm)].map(
      ([, name]) => name,
    ),
  );
  const command =
    /^make( --silent)?( -C base)? ([a-z_-]+)( [A-Z_]+=[\w./$-]+)*( >>? ("\$GITHUB_(OUTPUT|STEP_SUMMARY)"|[\w.]+))?$/;
  const runs = steps.flatMap(({ name, step: { run } }) => (run === undefined ? [] : [{ name, run }]));
  const others = runs.filter(({ run }) => !targets.has(command.exec(run)?.[3] ?? ""));
  expect(others).toEqual([]);
  expect(runs.length).toBeGreaterThan(10);
});

test("what gates a landing here runs there too", () => {
  const gate = readFileSync(join(PROJECT_ROOT, ".ci", "run"), "utf8");
  const targets = (text: string) => [...text.matchAll(/\bmake (test[a-z-]*)/g)].map(([, target]) => target);
  expect(targets(texts.get("ci.yml") ?? "")).toEqual(targets(gate));
  expect(targets(gate)).toEqual(["test", "test-browser", "test-deploy"]);
});

test("what is cut short for a change runs in full each night", () => {
  const { on, jobs } = workflows.get("nightly.yml") ?? {};
  expect(Object.keys(on ?? {})).toContain("schedule");
  const runs = Object.values(jobs ?? {}).flatMap(({ steps = [] }) => steps.flatMap(({ run = [] }) => run));
  expect(runs).toContain("make test-deep");
});

test("the tests run on each Node.js that package.json allows, the oldest of its line, and on macOS", () => {
  const { engines } = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8"));
  const current = readFileSync(join(PROJECT_ROOT, ".nvmrc"), "utf8").trim();
  const older = [...engines.node.matchAll(/\^(\d+\.\d+)/g)].map(([, version]) => version);
  expect(engines.node).toContain(`>=${current}.`);
  const { test: tests } = workflows.get("ci.yml")?.jobs ?? {};
  const { node, os, include } = tests?.strategy?.matrix ?? {};
  expect([node, os]).toEqual([[...older, current], ["ubuntu-24.04"]]);
  expect(include).toEqual([{ node: current, os: expect.stringMatching(/^macos-\d+$/) }]);
  expect(tests?.["runs-on"]).toBe("${{ matrix.os }}");
  expect(tests?.steps?.find(({ uses }) => uses?.startsWith("actions/setup-node@"))?.with).toEqual({
    "node-version": "${{ matrix.node }}",
    cache: "npm",
  });
});

test("a scan reports to code scanning where there is one, and zizmor fails on what it finds", () => {
  const scans = ["codeql.yml", "scorecard.yml"].map((name) => workflows.get(name)?.jobs["analyze"]);
  for (const job of scans) expect(job?.if).toBe("vars.CODE_SCANNING != 'off'");
  const audit = steps.find(({ step }) => step.uses?.startsWith("zizmorcore/zizmor-action@"));
  expect(audit?.step.with).toEqual({ "advanced-security": false });
});

test("a stage is applied in its environment, after the one before it, from the plan that was reviewed", () => {
  const { dev, prod } = workflows.get("deploy.yml")?.jobs ?? {};
  expect([dev?.with, prod?.with]).toEqual([{ stage: "dev" }, { stage: "prod" }]);
  expect(prod).toMatchObject({ needs: "dev" });
  const { apply } = workflows.get("deploy-stage.yml")?.jobs ?? {};
  expect(apply).toMatchObject({ needs: "plan", environment: "${{ inputs.stage }}" });
  expect(apply?.steps?.slice(-2)).toEqual([
    {
      run: "make apply",
      env: {
        PLAN: "${{ needs.plan.outputs.plan }}",
        PLAN_SHA256: "${{ needs.plan.outputs.sha256 }}",
      },
    },
    { run: "make verify" },
  ]);
});

/** What holds the review to the base's code, on plans without secrets, as a check that fails. */
function faultsOfReview({ jobs }: Workflow): string[] {
  const { plan, review, bootstrap, difference } = jobs;
  const stepOf = (job: Job | undefined, part: string): Step | undefined =>
    job?.steps?.find((step) => step.run?.includes(part));
  const usesOf = (job: Job | undefined, action: string): Step[] =>
    (job?.steps ?? []).filter(({ uses }) => uses?.startsWith(`actions/${action}@`));
  const redacting = stepOf(plan, "plan-review");
  const reviewing = stepOf(review, "plan-review");
  const rules: readonly (readonly [string, boolean])[] = [
    ["the base is planned too", stepOf(plan, "make -C base plan-save")?.id === "base"],
    ["the plans are redacted", redacting?.env?.["ARGS"] === "--redact planned"],
    [
      "the base's plan goes with it",
      redacting?.env?.["BASE_JSON"]?.includes("steps.base.outcome == 'success' && format('base/.plan/") ===
        true,
    ],
    [
      "only redacted plans leave the job",
      usesOf(plan, "upload-artifact").every((each) => each.with?.["path"] === "planned/"),
    ],
    [
      "the review has no role and no token that writes",
      review !== undefined && review.permissions === undefined,
    ],
    [
      "the review runs the base's code",
      usesOf(review, "checkout").length === 1 &&
        usesOf(review, "checkout")[0]?.with?.["ref"] === "${{ github.event.pull_request.base.sha }}",
    ],
    ["care fails the review", reviewing?.env?.["ARGS"]?.includes("--fail-on care") === true],
    [
      "the base says what is accepted",
      reviewing?.env?.["ARGS"]?.includes("--accepted .github/accepted-findings.json") === true,
    ],
    ["no step is forgiven", !JSON.stringify(review).includes("continue-on-error")],
    [
      "a plan that failed fails the review",
      review?.if === "${{ !cancelled() && needs.plan.result != 'skipped' }}" && review.needs === "plan",
    ],
    ["a review that fails is shown", usesOf(review, "upload-artifact")[0]?.if === "${{ !cancelled() }}"],
    [
      "care fails where there is no role",
      stepOf(difference, "synth-diff")?.env?.["ARGS"] === "--fail-on-care",
    ],
    [
      "the bootstrap stack is reviewed",
      stepOf(bootstrap, "synth-diff")?.env?.["ARGS"] === "--fail-on-care" &&
        JSON.stringify(bootstrap).includes('"STACK":"bootstrap"'),
    ],
  ];
  return rules.filter(([, holds]) => !holds).map(([name]) => name);
}

const UNSOUND: readonly (readonly [fault: string, from: string, to: string])[] = [
  ["the base is planned too", "make -C base plan-save", "make -C base synth"],
  ["the plans are redacted", "ARGS: --redact planned", "ARGS: --out planned"],
  ["the base's plan goes with it", "steps.base.outcome == 'success' &&", "false &&"],
  ["only redacted plans leave the job", "path: planned/", "path: .plan/"],
  [
    "the review has no role and no token that writes",
    "  review:\n",
    "  review:\n    permissions:\n      contents: write\n",
  ],
  [
    "the review runs the base's code",
    "          ref: ${{ github.event.pull_request.base.sha }}\n          persist-credentials: false\n      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0\n        with:\n          node-version-file: .nvmrc\n      - run",
    "          persist-credentials: false\n      - run",
  ],
  ["care fails the review", " --fail-on care", ""],
  ["the base says what is accepted", " --accepted .github/", " --accepted planned/"],
  [
    "no step is forgiven",
    "      - run: make plan-review PLAN_JSON=planned/plan.json\n",
    "      - run: make plan-review PLAN_JSON=planned/plan.json\n        continue-on-error: true\n",
  ],
  [
    "a plan that failed fails the review",
    "if: ${{ !cancelled() && needs.plan.result != 'skipped' }}",
    "if: ${{ needs.plan.result == 'success' }}",
  ],
  ["a review that fails is shown", "      - if: ${{ !cancelled() }}\n        uses", "      - uses"],
];

test("a pull request is reviewed by the base's code, without secrets, in a check that fails", () => {
  expect(faultsOfReview(workflows.get("plan.yml") as Workflow)).toEqual([]);
});

test.each(UNSOUND)("a workflow in which not %s is found", (fault, from, to) => {
  const text = texts.get("plan.yml") ?? "";
  expect(text).toContain(from);
  expect(faultsOfReview(parse(text.replace(from, to)))).toContain(fault);
});

test("what a merge queue waits for is reported for its groups too", () => {
  for (const name of ["ci.yml", "plan.yml"])
    expect(eventsOf(workflows.get(name) as Workflow)).toContain("merge_group");
});

test("a stage is planned and applied by one run at a time, and waits for a lock", () => {
  const { jobs } = workflows.get("deploy.yml") ?? {};
  expect([jobs?.["dev"]?.concurrency, jobs?.["prod"]?.concurrency]).toEqual(["deploy-dev", "deploy-prod"]);
  const stage = workflows.get("deploy-stage.yml");
  // A group within a run that holds the same group would wait for itself.
  expect(Object.values(stage?.jobs ?? {}).filter(({ concurrency }) => concurrency !== undefined)).toEqual([]);
  expect(stage?.env).toMatchObject({
    TF_CLI_ARGS_plan: "-lock-timeout=5m",
    TF_CLI_ARGS_apply: "-lock-timeout=5m",
  });
});

test("nothing is planned for an environment without protection", () => {
  const { protection, plan } = workflows.get("deploy-stage.yml")?.jobs ?? {};
  expect(protection?.steps?.at(-1)?.run).toBe("make doctor ARGS=--github");
  expect(JSON.stringify(protection)).not.toContain("continue-on-error");
  expect(plan?.needs).toBe("protection");
});

test("each night the stages are compared with main by one job, and reported by another", () => {
  const { drift, "report-drift": report } = workflows.get("nightly.yml")?.jobs ?? {};
  expect(drift?.permissions).toEqual({ contents: "read", "id-token": "write" });
  expect(drift?.steps?.flatMap(({ run }) => run ?? [])).toEqual([
    "make node_modules",
    "make plan-save",
    "make plan-review PLAN_JSON=.plan/signed-inventory-$STAGE.json",
  ]);
  expect(report?.permissions).toEqual({ contents: "read", issues: "write" });
  for (const job of [drift, report])
    expect(job?.strategy?.matrix.stage).toEqual(Object.keys(projectConfig().stages));
});

test("every stage is planned and compared", () => {
  const { plan, review, difference } = workflows.get("plan.yml")?.jobs ?? {};
  for (const job of [plan, review, difference])
    expect(job?.strategy?.matrix.stage).toEqual(Object.keys(projectConfig().stages));
});
