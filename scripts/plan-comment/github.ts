import { UserError } from "../../modules/user-error";

/** A pull request on GitHub, whose conversation is an issue's, and who writes there. */
export interface GithubIssue {
  readonly apiUrl: string;
  /** `OWNER/NAME` */
  readonly repository: string;
  readonly number: number;
  readonly token: string;
  /** The login that the token writes as. */
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
 * Writes a comment, or rewrites the one that was written under the same title before.
 * @param title - tells comments apart; it is not shown
 * @returns the comment's URL
 * @throws UserError where GitHub does not take it
 * Source: https://docs.github.com/en/rest/issues/comments
 */
export async function putComment(issue: GithubIssue, title: string, markdown: string): Promise<string> {
  const mark = `<!-- ${title} -->\n`;
  const written = await findComment(issue, mark);
  const [method, path] = written
    ? ["PATCH", `issues/comments/${written.id}`]
    : ["POST", `issues/${issue.number}/comments`];
  const { html_url: url } = await request<{ html_url: string }>(issue, method, path, mark + markdown);
  return url;
}

/** Only an own comment is taken for the earlier one: anybody can write the mark. */
async function findComment(issue: GithubIssue, mark: string): Promise<Comment | undefined> {
  for (let page = 1; ; page += 1) {
    const path = `issues/${issue.number}/comments?per_page=${PAGE}&page=${page}`;
    const comments = await request<readonly Comment[]>(issue, "GET", path);
    const own = comments.find(({ body, user }) => user?.login === issue.author && body?.startsWith(mark));
    if (own || comments.length < PAGE) return own;
  }
}

async function request<T>(issue: GithubIssue, method: string, path: string, body?: string): Promise<T> {
  const answer = await fetch(`${issue.apiUrl}/repos/${issue.repository}/${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${issue.token}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
    body: body === undefined ? undefined : JSON.stringify({ body }),
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  }).catch((cause: Error) => {
    throw new UserError(`GitHub does not answer (${cause.message}): check the network`, { cause });
  });
  if (answer.ok) return (await answer.json()) as T;
  throw new UserError(
    `GitHub answered ${answer.status} to ${method} ${path.split("?")[0]}: the token may read and write comments of ${issue.repository}?`,
  );
}
