import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { zipSync } from "fflate";
import { UserError } from "#modules/project";
import { stackId } from "#modules/settings";
import { main } from "#plan-comment";
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
/** The issues of the repository. */
let issues: { number: number; title: string; body: string; state: string; user: { login: string } }[];
const BOT = { login: "github-actions[bot]" };
let server: Server;
/** What workflow run 5 left, by name, and where GitHub keeps that. */
let artifacts: Map<string, Uint8Array>;
let stored: Server;
let storage: string;
/** What the storage was asked with. */
let tokens: (string | undefined)[];
let env: NodeJS.ProcessEnv;

const by = (login: string, body: string): Comment => ({ id: comments.length + 1, body, user: { login } });

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await text(request);
    const answer = (status: number, value: unknown) => response.writeHead(status).end(JSON.stringify(value));
    if (request.headers.authorization !== "Bearer token") return answer(403, {});
    const { pathname, searchParams } = new URL(request.url ?? "", "http://github");
    const page = Number(searchParams.get("page"));
    if (pathname === "/repos/o/n/actions/runs/5/artifacts") {
      const all = [...artifacts.keys()].map((name, id) => ({ id, name, expired: false }));
      return answer(200, { artifacts: all.filter(({ name }) => name === searchParams.get("name")) });
    }
    const [, id] = /^\/repos\/o\/n\/actions\/artifacts\/(\d+)\/zip$/.exec(pathname) ?? [];
    // As GitHub does: the content is elsewhere, and takes no token.
    if (id !== undefined) return response.writeHead(302, { location: `${storage}/${id}` }).end();
    if (pathname === "/repos/o/n/issues") {
      if (request.method === "GET")
        return answer(
          200,
          issues.filter(({ state }) => state === "open"),
        );
      issues.push({ number: 20 + issues.length, state: "open", user: BOT, ...JSON.parse(body) });
      return answer(200, { html_url: `https://github/issues/${issues.at(-1)?.number}` });
    }
    const issue = issues.find(({ number }) => pathname === `/repos/o/n/issues/${number}`);
    if (issue && request.method === "PATCH") {
      Object.assign(issue, JSON.parse(body));
      return answer(200, { html_url: `https://github/issues/${issue.number}` });
    }
    const known = comments.find(({ id }) => pathname === `/repos/o/n/issues/comments/${id}`);
    if (request.method === "PATCH" && known) known.body = JSON.parse(body).body;
    else if (pathname !== "/repos/o/n/issues/7/comments") return answer(404, {});
    else if (request.method === "GET") return answer(200, comments.slice((page - 1) * 100, page * 100));
    else comments.push(by("github-actions[bot]", JSON.parse(body).body));
    return answer(200, { html_url: `https://github/${known?.id ?? comments.length}` });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  stored = createServer((request, response) => {
    tokens.push(request.headers.authorization);
    response.end([...artifacts.values()][Number(request.url?.slice(1))]);
  }).listen(0, "127.0.0.1");
  await once(stored, "listening");
  storage = `http://127.0.0.1:${(stored.address() as AddressInfo).port}`;
  const { port } = server.address() as AddressInfo;
  env = { GITHUB_API_URL: `http://127.0.0.1:${port}`, GITHUB_REPOSITORY: "o/n", GITHUB_TOKEN: "token" };
});
afterAll(() => {
  server.close();
  stored.close();
});
beforeEach(() => {
  comments = [];
  issues = [];
  artifacts = new Map();
  tokens = [];
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

test("another user's comment is left alone, whatever mark it carries", async () => {
  comments.push(by("mallory", `<!-- ${DEV} -->\nlooks good`));
  await comment();
  expect(comments.map(({ user }) => user.login)).toEqual(["mallory", "github-actions[bot]"]);
  expect(comments[0]?.body).toContain("looks good");
});

describe("the review that a workflow run left", () => {
  const RUN = { REVIEW_RUN: "5" };
  const COMMIT = "0123456789abcdef0123456789abcdef01234567";
  const take = (over: NodeJS.ProcessEnv = {}, io = captureIo()) =>
    main(["--pr", "7"], { ...env, ...RUN, ...over }, io).then((status) => ({ status, ...io.written() }));
  const zip = (files: Record<string, Uint8Array | string>) =>
    zipSync(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, Buffer.from(content)])));

  test("is commented with the commit whose code wrote it, and of the artifact nothing else is taken", async () => {
    artifacts.set(
      "plan-dev",
      zip({ "review.md": "## Plan review: changes\n", ".plan/plan.txt": "\0", "../../etc/x": "x" }),
    );
    expect(await take({ REVIEW_COMMIT: COMMIT })).toEqual({ status: 0, out: "https://github/1\n", err: "" });
    expect(comments.map(({ body }) => body)).toEqual([
      `<!-- ${DEV} -->\nStack \`${DEV}\`, reviewed by the code of ${COMMIT}\n\n## Plan review: changes\n`,
    ]);
    expect(tokens).toEqual([undefined]);
  });

  test("is that of the stage", async () => {
    artifacts.set("plan-dev", zip({ "review.md": "dev\n" })).set("plan-prod", zip({ "review.md": "prod\n" }));
    await take({ STAGE: "prod" });
    expect(comments.map(({ body }) => body.split("\n").at(-2))).toEqual(["prod"]);
  });

  test("is not there if the stage could not be planned: no comment was posted", async () => {
    artifacts.set("plan-prod", zip({ "review.md": "prod\n" }));
    expect(await take()).toEqual({
      status: 0,
      out: "",
      err: "run 5 has no review of stage dev; its job says why; no comment was posted\n",
    });
    expect(comments).toEqual([]);
  });

  /** A zip that says of its one file that it is a byte long. */
  const lying = () => {
    const bytes = Buffer.from(zip({ "review.md": "a".repeat(1_000_000) }));
    bytes.writeUInt32LE(1, 22);
    bytes.writeUInt32LE(1, bytes.lastIndexOf("PK\x01\x02", undefined, "latin1") + 24);
    return bytes;
  };

  test("is no longer than its zip says, whatever is packed in it", async () => {
    artifacts.set("plan-dev", lying());
    const ended = await take().catch((error: Error) => error.message);
    if (typeof ended === "string")
      expect(ended).toMatch(/^artifact plan-dev: got a file that is not a readable zip/);
    else expect(comments.map(({ body }) => body.split("\n").at(-1))).toEqual(["a"]);
  });

  test.each<[string, () => Uint8Array, RegExp]>([
    [
      "no zip",
      () => Buffer.from("review"),
      /^artifact plan-dev: got a file that is not a readable zip, expected the review/,
    ],
    ["no review in it", () => zip({ "plan.txt": "x" }), /^artifact plan-dev: got no review\.md in it/],
    [
      "its name in another folder",
      () => zip({ "x/review.md": "x" }),
      /^artifact plan-dev: got no review\.md in it/,
    ],
    [
      "a file that is too large",
      () => zip({ "review.md": "a".repeat(240_001) }),
      /^artifact plan-dev: got a review\.md of more than 240000 bytes/,
    ],
    [
      "more bytes than any review's",
      () => Buffer.alloc(8 * 1024 * 1024 + 1),
      /^artifact plan-dev: got more than 8388608 bytes/,
    ],
    [
      "bytes that are no text",
      () => zip({ "review.md": Buffer.from([0x61, 0xff]) }),
      /^artifact plan-dev: got a review\.md that is not UTF-8/,
    ],
    [
      "text that is more than a review",
      () => zip({ "review.md": "[approve](https://evil.example)" }),
      /^the review: line 1 is not one that 'make plan-review' writes/,
    ],
  ])("%s is refused in one line, and no comment was posted", async (_name, artifact, message) => {
    artifacts.set("plan-dev", artifact());
    const refused = await take().catch((error) => error);
    expect(refused).toBeInstanceOf(UserError);
    expect(refused.message).toMatch(message);
    expect(refused.message).not.toMatch(/\n|evil/);
    expect(comments).toEqual([]);
  });

  test.each<[string, NodeJS.ProcessEnv, string]>([
    [
      "a run that is none",
      { REVIEW_RUN: "5/../6" },
      "REVIEW_RUN: got '5/../6', expected the id of a workflow run",
    ],
    [
      "a commit that is none",
      { REVIEW_COMMIT: "main" },
      "REVIEW_COMMIT: got 'main', expected a commit of 40 hex",
    ],
    ["another's run", { REVIEW_RUN: "6" }, "GitHub answered 404 to GET actions/runs/6/artifacts:"],
  ])("%s is refused", async (_name, over, message) => {
    await expect(take(over)).rejects.toThrow(message);
    expect(comments).toEqual([]);
  });
});

test("a file that is more than a review is refused as well", async () => {
  const path = join(folder, "hostile.md");
  writeFileSync(path, "@octocat\n");
  await expect(main([path, "--pr", "7"], env, captureIo())).rejects.toThrow("line 1 is not one that");
  expect(comments).toEqual([]);
});

test.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
  ["no review", [], {}, /^got 0 reviews, expected one/],
  ["two reviews", [REVIEW, "--pr", "7"], { REVIEW_RUN: "5" }, /^got 2 reviews, expected one/],
  ["no number", [REVIEW], {}, /^--pr: got '', expected the number/],
  ["a number that is none", [REVIEW, "--pr", "7/../8"], {}, /^--pr: got '7\/\.\.\/8'/],
  ["no such file", ["nowhere.md", "--pr", "7"], {}, /^no review at nowhere\.md: run 'make plan-review'/],
  ["no token", [REVIEW, "--pr", "7"], { GITHUB_TOKEN: "" }, /^GITHUB_TOKEN: got nothing/],
  [
    "a token of two lines",
    [REVIEW, "--pr", "7"],
    { GITHUB_TOKEN: "ghp_secret\nghp_secret" },
    /^(?!.*ghp_secret)GITHUB_TOKEN: got a value with spaces or line breaks, expected/s,
  ],
  ["another's token", [REVIEW, "--pr", "7"], { GITHUB_TOKEN: "x" }, /^GitHub answered 403 to GET issues\/7/],
  ["no such pull request", [REVIEW, "--pr", "8"], {}, /^GitHub answered 404 to GET issues\/8\/comments:/],
  ["no answer", [REVIEW, "--pr", "7"], { GITHUB_API_URL: "http://127.0.0.1:9" }, /^GitHub does not answer/],
])("%s is refused", async (_name, args, over, message) => {
  await expect(main(args, { ...env, ...over }, captureIo())).rejects.toThrow(message);
  expect(comments).toEqual([]);
});

describe("one issue for what was changed without a deployment", () => {
  const changed = join(folder, "changed.md");
  const quiet = join(folder, "quiet.md");
  const TITLE = `Plan review of ${DEV}`;

  const put = async (path: string) => {
    const io = captureIo();
    const status = await main([path, "--issue", "--pr="], { ...env, STAGE: "dev" }, io);
    return [status, io.written().out];
  };

  test("is opened, kept up to date, and closed when nothing changes", async () => {
    issues = [{ number: 9, title: TITLE, body: "by another", state: "open", user: { login: "mallory" } }];
    writeFileSync(quiet, "## Plan review: nothing changes · run 7\n");
    expect(await put(quiet)).toEqual([0, "nothing changes, and no issue is open\n"]);
    for (const text of ["## Plan review: changes\n", "## Plan review: **needs care: 1**\n"]) {
      writeFileSync(changed, text);
      expect(await put(changed)).toEqual([0, "https://github/issues/21\n"]);
      expect(issues[1]).toMatchObject({ title: TITLE, body: text, state: "open" });
    }
    expect(await put(quiet)).toEqual([0, "https://github/issues/21\n"]);
    expect(issues.map(({ state }) => state)).toEqual(["open", "closed"]);
  });

  test("is not opened for a text that is no review, or with a pull request", async () => {
    issues = [];
    writeFileSync(changed, "## Plan review: changes @mallory\n");
    await expect(put(changed)).rejects.toThrow("line 1 is not one that 'make plan-review' writes");
    await expect(main([changed, "--issue", "--pr", "7"], env, captureIo())).rejects.toThrow("--issue: got");
    expect(issues).toEqual([]);
  });
});
