import { join } from "node:path";
import { type Program, startProgram } from "#self/bench/program";
import { loadApi } from "../support/api-terraform";
import { ATTACKS_ARE_FULL, type Attack, attack, type Trial } from "../support/attack";
import type { Attacked, AttackedGateway } from "../support/attacked-gateway";
import { startGateway } from "../support/local-gateway";
import type { Random } from "../support/random";
import { open, sendBytes } from "../support/raw-exchange";
import { askMeanwhile, becomesTrue, pause, withConnections } from "./http/clients";
import { drawDear } from "./http/dear";
import { FOLLOWERS, REQUESTS } from "./http/followers";
import { drawForeignName } from "./http/foreign-names";
import { drawMessage, SMUGGLED } from "./http/smuggling";

/** A gateway in a process of its own, and beside it a server that has the holes. */

let program: Program<AttackedGateway>;
let attacked: Attacked;

beforeAll(async () => {
  program = startProgram<AttackedGateway>(join(__dirname, "../support/attacked-gateway.ts"));
  attacked = await program.ask("start");
});
afterAll(() => program.end());

attack({
  area: "http",
  what: "smuggled requests",
  target: () => attacked.gateway,
  broken: () => attacked.gullible,
  async attempt(url, { full, random, check }) {
    for (let sent = 0; sent < (full ? 4_000 : 50); sent += 1) {
      const message = drawMessage(random);
      const bytes = Buffer.from(`${message.bytes}${LAST}`, "latin1");
      const cut = random.integer(1, bytes.length);
      const answers = await converse(url(), [bytes.subarray(0, cut), bytes.subarray(cut)]);
      const handled = await program.ask("handled");
      const taken = handled.length === 2 && handled[0] === message.request && handled[1] === "GET /dev/last";
      const refused = handled.length === 0 && answers.length === 1 && /^4/.test(answers[0] ?? "");
      const held =
        !handled.includes(SMUGGLED) &&
        !answers.some((status) => /^5/.test(status)) &&
        { refused, taken: taken && answers.join() === "200,403", either: true }[message.expected];
      check(held, () => `${message.name}: answered ${answers}, done ${handled}`);
    }
  },
});

/** Ends the connection, whatever came before it. */
const LAST = "GET /dev/last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/** Sends pieces one after the other, and tells the final answers' statuses once the server has ended the connection. */
async function converse(url: string, pieces: readonly Uint8Array[]): Promise<readonly string[]> {
  const received = await receive(url, pieces);
  return [...received.matchAll(/HTTP\/1\.1 ([2-5]\d\d)/g)].map(([, status = ""]) => status);
}

/** Sends pieces one after the other, and tells all that came back once the server has ended the connection. */
async function receive(url: string, pieces: readonly Uint8Array[]): Promise<string> {
  const socket = await open(url);
  socket.setNoDelay();
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
  });
  const closed = new Promise((resolve) => socket.on("close", resolve));
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise(setImmediate);
  }
  // A server that waits for more is told that there is none.
  const patience = setTimeout(() => socket.end(), 1_000);
  await closed;
  clearTimeout(patience);
  return received;
}

attack({
  area: "http",
  what: "what follows a request, before its answer",
  target: () => attacked.gateway,
  broken: () => attacked.hasty,
  async attempt(url, { full, random, check }) {
    for (let sent = 0; sent < (full ? 1_000 : 40); sent += 1) {
      const request = random.pick(REQUESTS)(random);
      const follower = random.pick(FOLLOWERS)(random);
      const bytes = Buffer.from(`${request.bytes}${follower}`, "latin1");
      const cut = random.integer(1, bytes.length);
      await program.ask("handled");
      const received = await receive(url(), [bytes.subarray(0, cut), bytes.subarray(cut)]);
      const answers = received.split(/(?=HTTP\/1\.1 \d)/).map((answer) => ({
        status: answer.slice(9, 12),
        id: /^x-amzn-RequestId: (\S+)/m.exec(answer)?.[1],
      }));
      const [first, second, ...more] = answers;
      const held =
        first?.status === "200" &&
        /^(4\d\d|505)$/.test(second?.status ?? "") &&
        more.length === 0 &&
        answers.every(({ id }) => id !== undefined) &&
        (await program.ask("logged")) === second?.id &&
        (await program.ask("handled")).join() === request.done;
      check(held, () => `${JSON.stringify(follower.slice(0, 60))} was answered ${JSON.stringify(answers)}`);
    }
  },
});

exhaust("what is dear to refuse: expressions, lists, deep JSON", async (url, { full, random, check }) => {
  for (let sent = 0; sent < (full ? 400 : 14); sent += 1) {
    const { what, bytes } = drawDear(attacked.caller, new Date(), random);
    const before = await program.ask("cpu");
    const [answer] = await sendBytes(url(), [bytes]);
    const milliseconds = (await program.ask("cpu")) - before;
    check(
      milliseconds < MOST_MILLISECONDS && (answer?.body.length ?? 0) < MOST_BYTES,
      () => `${what} took ${milliseconds.toFixed()} ms and ${answer?.body.length} bytes: ${answer?.status}`,
    );
  }
});

/** Of processor time, for one request. Most take one or two. */
const MOST_MILLISECONDS = 400;
/** Of an answer: what it quotes of headers and target is encoded, twice at most. */
const MOST_BYTES = 100_000;

for (const host of ["127.0.0.1", "0.0.0.0"]) {
  attack({
    area: "http",
    what: `names that a web page can have, at ${host}`,
    target: () => startGateway(loadApi({ routes: [{ route: "GET /good" }] }), { host }),
    broken: async () => ({ url: attacked.gullible, api: { close: async () => {} } }),
    async attempt(start, { full, random, check }) {
      const { url, api } = await start();
      try {
        for (let sent = 0; sent < (full ? 1_000 : 30); sent += 1) {
          const name = drawForeignName(random);
          const bytes = `GET /dev/good HTTP/1.1\r\nHost: ${name}\r\n\r\n`;
          const [answer] = await sendBytes(`http://127.0.0.1:${new URL(url).port}`, [bytes]);
          check(answer?.status === 403, () => `${name} was answered ${answer?.status}`);
        }
      } finally {
        await api.close();
      }
    },
  });
}

/** An attack that must neither use up the server nor keep others from it. */
function exhaust(what: string, attempt: Attack<() => string>["attempt"]): void {
  attack({ area: "http", what, target: () => attacked.gateway, broken: () => attacked.boundless, attempt });
}

/** What the process may hold more than before, in megabytes, once an attack is over. */
const SLACK = { rss: 300, heap: 15, buffers: 5 };

/** Tries something, and afterwards the process must hold no more than before. */
async function withoutLeak(check: Trial["check"], attempt: () => Promise<void>): Promise<void> {
  const before = await program.ask("memory");
  await attempt();
  let after = before;
  const isBounded = await becomesTrue(async () => {
    after = await program.ask("memory");
    return (Object.keys(SLACK) as (keyof typeof SLACK)[]).every(
      (kind) => after[kind] < before[kind] + SLACK[kind],
    );
  }, 5_000);
  check(isBounded, () => `memory in MB: ${JSON.stringify(before)} before, ${JSON.stringify(after)} after`);
}

/** What comes one byte at a time and never ends: how each begins, in turn. */
const DRIPS = [
  {
    what: "slow headers",
    begins: ["GET /dev/good HTTP/1.1\r\nHost: a\r\nX-Slow: ", "GET /dev/go", "GET /dev/good HTTP/1.1\r\nHo"],
    timeoutSeconds: 20,
  },
  {
    what: "slow bodies, slow chunks",
    begins: [
      "POST /dev/good HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n",
      "POST /dev/good HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfff;",
      "POST /dev/good HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n",
    ],
    timeoutSeconds: 60,
  },
  { what: "idle connections", begins: [""], timeoutSeconds: 20 },
];
/** How often the server looks for what has taken too long, and what a busy machine may add. */
const LATE_SECONDS = 15;

for (const { what, begins, timeoutSeconds } of DRIPS) {
  const isIdle = begins.every((begin) => begin === "");
  exhaust(what, async (url, { full, check }) => {
    const count = full ? (isIdle ? 5_000 : 1_000) : 45;
    await withoutLeak(check, () =>
      withConnections(url(), count, async (connections) => {
        for (const [index, { socket }] of connections.entries())
          socket.write(begins[index % begins.length] ?? "");
        if (!full) return askMeanwhile(url(), Promise.resolve(), check);
        let closed = 0;
        for (const connection of connections)
          void connection.closed.then(() => {
            closed += 1;
          });
        const drip = setInterval(() => {
          if (!isIdle) for (const { socket } of connections) socket.write("a");
        }, 1_000);
        const ended = becomesTrue(() => closed === count, (timeoutSeconds + LATE_SECONDS) * 1_000);
        await askMeanwhile(url(), ended, check).finally(() => clearInterval(drip));
        for (const { received, socket } of connections) {
          const isOver = socket.closed && (isIdle || received().startsWith("HTTP/1.1 408 "));
          check(isOver, () => `after ${timeoutSeconds} seconds ${JSON.stringify(received())}`);
        }
      }),
    );
  });
}

exhaust("huge headers, many headers", async (url, { full, random, check }) => {
  for (let sent = 0; sent < (full ? 2_000 : 30); sent += 1) {
    const { head, statuses } = random.pick([hugeHeader, manyHeaders])(random);
    const status = await sendBytes(url(), [head]).then(
      ([answer]) => answer?.status ?? 0,
      () => 0,
    );
    check(statuses.includes(status), () => `${head.length} bytes of headers were answered ${status}`);
  }
});

/** More than is taken: the connection may be over before the answer is read. */
function hugeHeader(random: Random) {
  const text = "y".repeat(random.integer(21_000, 300_000));
  const part = random.pick([`X-Big: ${text}`, `X-${text}: 1`, `Cookie: ${text}`]);
  const target = random.pick(["/dev/good", `/dev/good?${text.slice(0, 30_000)}`]);
  return { head: `GET ${target} HTTP/1.1\r\nHost: a\r\n${part}\r\n\r\n`, statuses: [431, 0] };
}

/** However many there are, the last one counts: it is a second Host. */
function manyHeaders(random: Random) {
  const lines = `${random.pick(["a", "X-A", "Host1"])}:\r\n`.repeat(random.integer(1_000, 3_500));
  // Too large for API Gateway, or a second Host.
  return { head: `GET /dev/good HTTP/1.1\r\nHost: a\r\n${lines}Host: b\r\n\r\n`, statuses: [400, 431] };
}

exhaust("deep and wide JSON", async (url, { full, random, check }) => {
  const drawn = Array.from({ length: full ? 150 : 7 }, (_, index) => drawJson(random, full && index < 10));
  const bodies = [`${"[".repeat(50_000)}${"]".repeat(50_000)}`, ...drawn];
  await withoutLeak(check, () =>
    askMeanwhile(
      url(),
      (async () => {
        for (const body of bodies) {
          const status = await postTo(url(), "/dev/checked", body);
          check(
            [200, 400].includes(status),
            () => `${body.length} bytes ${body.slice(0, 20)}… were answered ${status}`,
          );
        }
      })(),
      check,
    ),
  );
});

/** JSON that is deep, or wide, or neither; whole or broken; of 10 MB or a hundredth of it. */
function drawJson(random: Random, isLarge: boolean): string {
  const bytes = isLarge ? 10_000_000 : 100_000;
  const [open = "", close = "", inner = ""] = random.pick([
    ["[", "]", ""],
    ['{"a":', "}", "1"],
    ['[{"b":', "}]", "[]"],
    ["[1,", "]", "1"],
    ['"\\u0000', '"', ""],
    ["[0,[],{},", "]", "1e999"],
    ['{"__proto__":', "}", "null"],
  ]);
  const depth = Math.floor((bytes - inner.length) / (open.length + close.length));
  const text = open.repeat(depth) + inner + close.repeat(depth);
  return random.pick([text, text, text.slice(0, -1), `[${'"a",'.repeat(bytes / 4 - 2)}1]`]);
}

exhaust("bodies at the limit", async (url, { full, random, check }) => {
  await withoutLeak(check, async () => {
    for (let sent = 0; sent < (full ? 60 : 2); sent += 1) {
      const isOver = random.fraction() < 0.5;
      const body = Buffer.alloc(LIMIT + (isOver ? random.integer(1, 100) : 0), "{}");
      const status = await postTo(url(), "/dev/good", body, random.pick([true, false]));
      check(status === (isOver ? 413 : 200), () => `${body.length} bytes were answered ${status}`);
    }
  });
});

const LIMIT = 10_485_760;

async function postTo(
  url: string,
  path: string,
  body: string | Uint8Array,
  isChunked = false,
): Promise<number> {
  const bytes = Buffer.from(body);
  const framing = isChunked ? "Transfer-Encoding: chunked" : `Content-Length: ${bytes.length}`;
  const head = `POST ${path} HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n`;
  const size = `${bytes.length.toString(16)}\r\n`;
  const [answer] = await sendBytes(url, isChunked ? [head, size, bytes, "\r\n0\r\n\r\n"] : [head, bytes]);
  return answer?.status ?? 0;
}

exhaust("pipelined requests whose answers are not read", async (url, { full, check }) => {
  const request = `GET /dev/good HTTP/1.1\r\nHost: a\r\n${"x: y\r\n".repeat(100)}\r\n`;
  const before = await program.ask("memory");
  await withoutLeak(check, () =>
    withConnections(url(), full ? 20 : 1, async (connections) => {
      for (const { socket } of connections) {
        socket.pause();
        socket.write(request.repeat(full ? 20_000 : 3_000));
      }
      await askMeanwhile(url(), pause(full ? 10_000 : 0), check);
      const { heap } = await program.ask("memory");
      check(
        heap < before.heap + SLACK.heap,
        () => `${heap} MB are alive while they wait, ${before.heap} before`,
      );
    }),
  );
});

if (ATTACKS_ARE_FULL) {
  // There is no short version of a hundred bodies of 10 MB; the body reader's own tests have small ones.
  exhaust("a hundred bodies of 10 MB at a time", async (url, { full, check }) => {
    const body = Buffer.alloc(LIMIT - 1, "{}");
    await withoutLeak(check, () =>
      withConnections(url(), full ? 100 : 35, async (connections) => {
        for (const { socket } of connections) {
          socket.write(`POST /dev/good HTTP/1.1\r\nHost: a\r\nContent-Length: ${LIMIT}\r\n\r\n`);
          socket.write(body);
        }
        await askMeanwhile(url(), pause(8_000), check);
        const { buffers } = await program.ask("memory");
        check(buffers < 300, () => `${buffers} MB of bodies are kept at a time`);
        for (const { socket } of connections) socket.write("}");
        await becomesTrue(
          () => connections.every(({ received }) => received().includes("\r\n\r\n{")),
          20_000,
        );
        for (const { received } of connections)
          check(/^HTTP\/1\.1 (200|503) /.test(received()), () => `a body was answered ${received()}`);
      }),
    );
  });
}
