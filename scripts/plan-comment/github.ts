import { UserError } from "#modules/project";

/** A repository on GitHub, and the token for it. */
export interface Github {
  readonly apiUrl: string;
  /** `OWNER/NAME` */
  readonly repository: string;
  readonly token: string;
}

/** A pull request on GitHub, which is an issue for the API of comments, and the author of the comment. */
export interface GithubIssue extends Github {
  readonly number: number;
  /** The login that the token belongs to. */
  readonly author: string;
}

interface Comment {
  readonly id: number;
  readonly body?: string;
  readonly user: { readonly login: string } | null;
}

const PAGE = 100;
const TIMEOUT_MILLISECONDS = 20_000;

/**
 * Posts a comment, or replaces an earlier comment with the same title.
 * @param title - identifies the comment; it is not shown
 * @returns the comment's URL
 * @throws UserError if GitHub refuses it
 * Source: https://docs.github.com/en/rest/issues/comments
 */
export async function putComment(issue: GithubIssue, title: string, markdown: string): Promise<string> {
  const mark = `<!-- ${title} -->\n`;
  const written = await findComment(issue, mark);
  const [method, path] = written
    ? ["PATCH", `issues/comments/${written.id}`]
    : ["POST", `issues/${issue.number}/comments`];
  const answer = await request(issue, method, path, { body: mark + markdown });
  const { html_url: url } = (await answer.json()) as { html_url: string };
  return url;
}

/** Finds the earlier comment. It must have the same author, since any user can write the mark. */
async function findComment(issue: GithubIssue, mark: string): Promise<Comment | undefined> {
  for (let page = 1; ; page += 1) {
    const path = `issues/${issue.number}/comments?per_page=${PAGE}&page=${page}`;
    const comments = (await (await request(issue, "GET", path)).json()) as readonly Comment[];
    const own = comments.find(({ body, user }) => user?.login === issue.author && body?.startsWith(mark));
    if (own || comments.length < PAGE) return own;
  }
}

/**
 * Opens an issue, or replaces the text of the open one with the same title and author, or closes that.
 * @param markdown - undefined if there is nothing to report
 * @returns the issue's URL; undefined if there is none and none is needed
 * @throws UserError if GitHub refuses it
 * Source: https://docs.github.com/en/rest/issues/issues
 */
export async function putIssue(
  github: Github & Pick<GithubIssue, "author">,
  title: string,
  markdown: string | undefined,
): Promise<string | undefined> {
  const open = await findIssue(github, title);
  if (open === undefined && markdown === undefined) return undefined;
  const answer =
    open === undefined
      ? await request(github, "POST", "issues", { title, body: markdown ?? "" })
      : await request(
          github,
          "PATCH",
          `issues/${open.number}`,
          markdown === undefined ? { state: "closed" } : { body: markdown },
        );
  const { html_url: url } = (await answer.json()) as { html_url: string };
  return url;
}

interface Issue {
  readonly number: number;
  readonly title: string;
  readonly user: { readonly login: string } | null;
}

async function findIssue(
  github: Github & Pick<GithubIssue, "author">,
  title: string,
): Promise<Issue | undefined> {
  for (let page = 1; ; page += 1) {
    const path = `issues?state=open&per_page=${PAGE}&page=${page}`;
    const issues = (await (await request(github, "GET", path)).json()) as readonly Issue[];
    const own = issues.find((issue) => issue.user?.login === github.author && issue.title === title);
    if (own || issues.length < PAGE) return own;
  }
}

/**
 * Sends a request about the repository to GitHub.
 * @param body - the members of what is written, such as `body`, the text of a comment
 * @returns a successful answer
 * @throws UserError if GitHub refuses or does not answer
 */
export async function request(
  github: Github,
  method: string,
  path: string,
  body?: Readonly<Record<string, string>>,
): Promise<Response> {
  const answer = await fetch(`${github.apiUrl}/repos/${github.repository}/${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${github.token}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  }).catch((cause: Error) => {
    throw new UserError(`GitHub does not answer (${cause.message}): check the network`, { cause });
  });
  if (answer.ok) return answer;
  throw new UserError(
    `GitHub answered ${answer.status} to ${method} ${path.split("?")[0]}: check that the token can read and write comments of ${github.repository}, and read its artifacts`,
  );
}
