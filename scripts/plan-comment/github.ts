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
  const answer = await request(issue, method, path, mark + markdown);
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
 * Sends a request about the repository to GitHub.
 * @param body - the text of a comment
 * @returns a successful answer
 * @throws UserError if GitHub refuses or does not answer
 */
export async function request(
  github: Github,
  method: string,
  path: string,
  body?: string,
): Promise<Response> {
  const answer = await fetch(`${github.apiUrl}/repos/${github.repository}/${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${github.token}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
    body: body === undefined ? undefined : JSON.stringify({ body }),
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  }).catch((cause: Error) => {
    throw new UserError(`GitHub does not answer (${cause.message}): check the network`, { cause });
  });
  if (answer.ok) return answer;
  throw new UserError(
    `GitHub answered ${answer.status} to ${method} ${path.split("?")[0]}: check that the token can read and write comments of ${github.repository}, and read its artifacts`,
  );
}
