import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectConfig } from "#modules/config/load-config";
import { PROJECT_ROOT } from "#self/repository";

interface Job {
  readonly stage?: string;
  readonly script?: readonly string[];
  readonly id_tokens?: unknown;
  readonly parallel?: { readonly matrix: readonly unknown[] };
}

const page = readFileSync(join(PROJECT_ROOT, "docs", "gitlab.md"), "utf8");
const [, text = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
const jobs: Readonly<Record<string, Job>> = parse(text);
const makefile = readFileSync(join(PROJECT_ROOT, "Makefile"), "utf8");

test("GitLab's equivalent runs make targets that there are, for each stage", () => {
  const targets = [...text.matchAll(/- make (?:-C base )?([a-z-]+)/g)].map(([, target = ""]) => target);
  expect(targets).toEqual(["plan-save", "plan-save", "plan-review", "plan-review"]);
  for (const target of targets) expect(makefile).toContain(`\n${target}:`);
  expect(jobs[".merge-request"]?.parallel?.matrix).toEqual([{ STAGE: Object.keys(projectConfig().stages) }]);
});

test("only the job that plans gets a role, and those after it run the target branch's code", () => {
  const withRole = Object.keys(jobs).filter((name) => jobs[name]?.id_tokens !== undefined);
  expect(withRole).toEqual(["plan"]);
  for (const name of ["review", "comment"]) {
    expect(jobs[name]?.script?.[0]).toBe('git checkout --quiet "$CI_MERGE_REQUEST_DIFF_BASE_SHA"');
  }
  expect(jobs["plan"]?.script?.join("\n")).toContain("--redact planned-$STAGE");
  expect(jobs["review"]?.script?.join("\n")).toContain("--fail-on care");
});
