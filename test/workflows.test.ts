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
  readonly id?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
  readonly uses?: string;
  readonly with?: Record<string, unknown>;
}

const FOLDER = join(PROJECT_ROOT, ".github", "workflows");
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

test.each([...workflows])(
  "%s may read the sources, and a job asks for what else it needs",
  (_name, workflow) => {
    expect(workflow.permissions).toEqual({ contents: "read" });
  },
);

const WRITERS: Readonly<Record<string, readonly string[]>> = {
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
    const { steps = [] } = workflows.get("plan.yml")?.jobs["plan"] ?? {};
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
    "nightly.yml": [],
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
  expect(text.match(/github\.token/g)).toHaveLength(2);
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

test("a pull request is reviewed beside what its base would bring without it", () => {
  const { steps = [] } = workflows.get("plan.yml")?.jobs["plan"] ?? {};
  expect(steps.find(({ id }) => id === "base")).toMatchObject({ run: "make -C base plan-save" });
  const review = steps.find(({ run }) => run?.includes("plan-review"));
  expect(review?.env?.["BASE_JSON"]).toContain("steps.base.outcome == 'success' && format('base/.plan/");
});

test("every stage is planned and compared", () => {
  const { plan, difference } = workflows.get("plan.yml")?.jobs ?? {};
  for (const job of [plan, difference])
    expect(job?.strategy?.matrix.stage).toEqual(Object.keys(projectConfig().stages));
});
