import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { stackId } from "../../modules/settings";
import { main } from "../../scripts/plan-comment";
import { captureIo } from "../support/captured-io";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const DEV = stackId("dev");
const REVIEW = join(folder, "review.md");
writeFileSync(REVIEW, "# changes\n");

interface Comment {
  id: number;
  body: string;
  user: { login: string };
}

/** The comments of pull request 7, as GitHub keeps them. */
let comments: Comment[];
let server: Server;
let env: NodeJS.ProcessEnv;

const by = (login: string, body: string): Comment => ({ id: comments.length + 1, body, user: { login } });

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await text(request);
    const answer = (status: number, value: unknown) => response.writeHead(status).end(JSON.stringify(value));
    if (request.headers.authorization !== "Bearer token") return answer(403, {});
    const { pathname, searchParams } = new URL(request.url ?? "", "http://github");
    const page = Number(searchParams.get("page"));
    const known = comments.find(({ id }) => pathname === `/repos/o/n/issues/comments/${id}`);
    if (request.method === "PATCH" && known) known.body = JSON.parse(body).body;
    else if (pathname !== "/repos/o/n/issues/7/comments") return answer(404, {});
    else if (request.method === "GET") return answer(200, comments.slice((page - 1) * 100, page * 100));
    else comments.push(by("github-actions[bot]", JSON.parse(body).body));
    return answer(200, { html_url: `https://github/${known?.id ?? comments.length}` });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  env = { GITHUB_API_URL: `http://127.0.0.1:${port}`, GITHUB_REPOSITORY: "o/n", GITHUB_TOKEN: "token" };
});
afterAll(() => server.close());
beforeEach(() => {
  comments = [];
});

async function comment(over: NodeJS.ProcessEnv = {}): Promise<string> {
  const io = captureIo();
  expect(await main([REVIEW, "--pr", "7"], { ...env, ...over }, io)).toBe(0);
  return io.written().out;
}

test("the first review is a new comment, and the next takes its place", async () => {
  expect(await comment()).toBe("https://github/1\n");
  writeFileSync(REVIEW, "# no changes\n");
  expect(await comment()).toBe("https://github/1\n");
  expect(comments.map(({ body }) => body)).toEqual([`<!-- ${DEV} -->\nStack \`${DEV}\`\n\n# no changes\n`]);
});

test("each stage has a comment of its own", async () => {
  await comment();
  await comment({ STAGE: "prod" });
  await comment({ STAGE: "prod" });
  expect(comments.map(({ body }) => body.split("\n")[0])).toEqual([
    `<!-- ${DEV} -->`,
    `<!-- ${stackId("prod")} -->`,
  ]);
});

test("an earlier comment is found behind a hundred others", async () => {
  for (let index = 0; index < 150; index += 1) comments.push(by("somebody", "hello"));
  await comment();
  await comment();
  expect(comments).toHaveLength(151);
});

test("somebody else's comment is left alone, whatever mark it carries", async () => {
  comments.push(by("mallory", `<!-- ${DEV} -->\nlooks good`));
  await comment();
  expect(comments.map(({ user }) => user.login)).toEqual(["mallory", "github-actions[bot]"]);
  expect(comments[0]?.body).toContain("looks good");
});

test.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
  ["no review", [], {}, /^got 0 reviews, expected one/],
  ["no number", [REVIEW], {}, /^--pr: got '', expected the number/],
  ["a number that is none", [REVIEW, "--pr", "7/../8"], {}, /^--pr: got '7\/\.\.\/8'/],
  ["no such file", ["nowhere.md", "--pr", "7"], {}, /^no review at nowhere\.md: run 'make plan-review'/],
  ["no token", [REVIEW, "--pr", "7"], { GITHUB_TOKEN: "" }, /^GITHUB_TOKEN: got nothing/],
  [
    "a token of two lines",
    [REVIEW, "--pr", "7"],
    { GITHUB_TOKEN: "ghp_secret\nghp_secret" },
    /^(?!.*ghp_secret)GITHUB_TOKEN: got one with a space, a line break or the like in it, expected/s,
  ],
  ["another's token", [REVIEW, "--pr", "7"], { GITHUB_TOKEN: "x" }, /^GitHub answered 403 to GET issues\/7/],
  ["no such pull request", [REVIEW, "--pr", "8"], {}, /^GitHub answered 404 to GET issues\/8\/comments:/],
  [
    "nobody there",
    [REVIEW, "--pr", "7"],
    { GITHUB_API_URL: "http://127.0.0.1:9" },
    /^GitHub does not answer/,
  ],
])("%s is refused", async (_name, args, over, message) => {
  await expect(main(args, { ...env, ...over }, captureIo())).rejects.toThrow(message);
  expect(comments).toEqual([]);
});
