import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { runCommand, withHelp } from "./cli/command";
import { readReviewOfRun } from "./plan-comment/artifact";
import { checkReview } from "./plan-comment/check-review";
import { type GithubIssue, putComment, putIssue } from "./plan-comment/github";
import { readOrigin } from "./plan-review/origin";
import { chosenStack } from "./stage/stack-name";

const USAGE = `usage: plan-comment.ts [REVIEW] --pr NUMBER
       plan-comment.ts REVIEW --issue

Posts a review that 'make plan-review' wrote as a comment on a pull request on
GitHub: one comment per stage, which the next review replaces. A file that is
not a review, or that GitHub could render as more than text, is refused.

  REVIEW               the Markdown file
  --pr NUMBER          the pull request
  --issue              one issue per stage instead of a comment, for what was
                       changed without a deployment: it is opened, updated, and
                       closed when nothing changes
  REVIEW_RUN           the id of the workflow run that uploaded the review in
                       its artifact plan-STAGE, instead of a file
  REVIEW_COMMIT        the commit whose code wrote the review; the comment
                       names it
  GITHUB_TOKEN         a token that can write comments
  GITHUB_REPOSITORY    OWNER/NAME
  COMMENT_AUTHOR       the author whose earlier comment is replaced (default
                       github-actions[bot], as in a workflow)

  make plan-comment REVIEW=review.md PR=7 STAGE=dev
  make plan-comment REVIEW=review.md ISSUE=yes STAGE=prod
  make plan-comment REVIEW_RUN=16000000000 PR=7 STAGE=dev
`;

/** Posts the review of one stage as a comment, or replaces an earlier one. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { pr: { type: "string" }, issue: { type: "boolean" } },
  });
  const [path, ...others] = positionals;
  const { run, commit } = readOrigin(env);
  if ((path === undefined) === (run === undefined) || others.length > 0) {
    throw new UserError(
      `got ${positionals.length + (run === undefined ? 0 : 1)} reviews, expected one (REVIEW=review.md or REVIEW_RUN=id)`,
    );
  }
  if (values.issue && (values.pr || path === undefined)) {
    throw new UserError("--issue: got no review's file, or a pull request; expected REVIEW=review.md alone");
  }
  if (!values.issue && !/^\d+$/.test(values.pr ?? "")) {
    throw new UserError(`--pr: got '${values.pr ?? ""}', expected the number of a pull request (PR=7)`);
  }
  const issue: GithubIssue = {
    apiUrl: env.GITHUB_API_URL || "https://api.github.com",
    repository: required(env, "GITHUB_REPOSITORY", "OWNER/NAME"),
    number: Number(values.pr),
    token: readToken(env),
    author: env.COMMENT_AUTHOR || "github-actions[bot]",
  };
  const stack = chosenStack(undefined, env);
  const stage = env.STAGE || "dev";
  if (values.issue && path !== undefined) {
    const text = checkReview(readReview(path));
    const url = await putIssue(issue, `Plan review of ${stack}`, isQuiet(text) ? undefined : text);
    io.out.write(`${url ?? "nothing changes, and no issue is open"}\n`);
    return 0;
  }
  const review =
    path === undefined ? await readReviewOfRun(issue, run ?? "", `plan-${stage}`) : readReview(path);
  if (review === undefined) {
    io.err.write(`run ${run} has no review of stage ${stage}; its job says why; no comment was posted\n`);
    return 0;
  }
  const writer = commit === undefined ? "" : `, reviewed by the code of ${commit}`;
  const url = await putComment(issue, stack, `Stack \`${stack}\`${writer}\n\n${checkReview(review)}`);
  io.out.write(`${url}\n`);
  return 0;
});

/** Whether the deployed stack is as its program says. */
function isQuiet(review: string): boolean {
  return /^## Plan review: nothing changes( ·|$)/m.test(review.split("\n")[0] ?? "");
}

function required(env: NodeJS.ProcessEnv, name: string, expected: string): string {
  const value = env[name];
  if (!value) throw new UserError(`${name}: got nothing, expected ${expected}`);
  return value;
}

/** A header with other characters would be refused by an error message that quotes the token. */
function readToken(env: NodeJS.ProcessEnv): string {
  const expected = "a token that can write comments";
  const token = required(env, "GITHUB_TOKEN", expected);
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UserError(`GITHUB_TOKEN: got a value with spaces or line breaks, expected ${expected}`);
}

function readReview(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new UserError(`no review at ${path}: run 'make plan-review' first`, { cause });
  }
}

if (require.main === module) void runCommand(main);
