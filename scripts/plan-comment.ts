import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { UserError } from "../modules/user-error";
import { runCommand, withHelp } from "./lib/command";
import { chosenStack } from "./lib/stage";
import { type GithubIssue, putComment } from "./plan-comment/github";

const USAGE = `usage: plan-comment.ts REVIEW --pr NUMBER

Puts a review that 'make plan-review' wrote under a pull request on GitHub: one
comment for each stage, which the next review takes the place of.

  REVIEW               the Markdown file
  --pr NUMBER          the pull request
  GITHUB_TOKEN         may write comments
  GITHUB_REPOSITORY    OWNER/NAME
  COMMENT_AUTHOR       whose earlier comment is replaced (default
                       github-actions[bot], as in a workflow)

  make plan-comment REVIEW=review.md PR=7 STAGE=dev
`;

/** Writes or replaces the comment with the review of one stage. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { pr: { type: "string" } },
  });
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) {
    throw new UserError(`got ${positionals.length} reviews, expected one (REVIEW=review.md)`);
  }
  if (!/^\d+$/.test(values.pr ?? "")) {
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
  const url = await putComment(issue, stack, `Stack \`${stack}\`\n\n${readReview(path)}`);
  io.out.write(`${url}\n`);
  return 0;
});

function required(env: NodeJS.ProcessEnv, name: string, expected: string): string {
  const value = env[name];
  if (!value) throw new UserError(`${name}: got nothing, expected ${expected}`);
  return value;
}

/** What no header can carry would be refused by a message that quotes it. */
function readToken(env: NodeJS.ProcessEnv): string {
  const expected = "a token that may write comments";
  const token = required(env, "GITHUB_TOKEN", expected);
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UserError(
    `GITHUB_TOKEN: got one with a space, a line break or the like in it, expected ${expected}`,
  );
}

function readReview(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new UserError(`no review at ${path}: run 'make plan-review' first`, { cause });
  }
}

if (require.main === module) void runCommand(main);
