import { PassThrough } from "node:stream";
import { type BodyReader, createBodyReader, type ReceivedBody } from "#gateway/http/body-reader";

const LIMITS = { each: 10, together: 12, alwaysFree: 2 };

/** A body that comes when it is sent. */
function arriving() {
  const body = new PassThrough();
  return {
    chunks: body,
    async send(text: string): Promise<void> {
      body.write(text);
      await new Promise(setImmediate);
    },
    end: (error?: Error) => (error ? body.destroy(error) : body.end()),
  };
}

async function* inChunks(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

/** What came of a body: its text, or why there is none. */
async function readWith(read: BodyReader, chunks: AsyncIterable<Buffer>): Promise<string | undefined> {
  let got: string | undefined;
  await read(chunks, async (body) => {
    got = shown(body);
  });
  return got;
}

function shown(body: ReceivedBody): string {
  return body.kind === "whole" ? `whole: ${body.bytes}` : body.kind;
}

test.each([
  { chunks: [], expected: "whole: " },
  { chunks: ["abc", "def"], expected: "whole: abcdef" },
  { chunks: ["0123456789"], expected: "whole: 0123456789" },
  { chunks: ["0123456789", "0"], expected: "too-long" },
  { chunks: ["0123456789", "0", "1"], expected: "too-long" },
])("$chunks: $expected", async ({ chunks, expected }) => {
  expect(await readWith(createBodyReader(LIMITS), inChunks(...chunks))).toBe(expected);
});

test("large bodies that come at a time have to share, small ones always have room", async () => {
  const read = createBodyReader(LIMITS);
  const first = arriving();
  const reading = readWith(read, first.chunks);
  await first.send("0123456789");
  expect(await readWith(read, inChunks("012345"))).toBe("whole: 012345");
  expect(await readWith(read, inChunks("012345", "6"))).toBe("no-room");
  expect(await readWith(read, inChunks("0123456", "789", "0"))).toBe("too-long");
  first.end();
  expect(await reading).toBe("whole: 0123456789");
  expect(await readWith(read, inChunks("0123456"))).toBe("whole: 0123456");
});

test("what is being handled has its room until it is done with", async () => {
  const read = createBodyReader(LIMITS);
  let finish = (): void => {};
  const handling = read(
    inChunks("0123456789"),
    () =>
      new Promise<void>((done) => {
        finish = done;
      }),
  );
  await new Promise(setImmediate);
  expect(await readWith(read, inChunks("0123456789"))).toBe("no-room");
  finish();
  await handling;
  expect(await readWith(read, inChunks("0123456789"))).toBe("whole: 0123456789");
});

test.each(["is cut off", "is refused", "is not handled"])(
  "a body that %s gives its room back",
  async (what) => {
    const read = createBodyReader(LIMITS);
    const failing = (): Promise<void> =>
      read(inChunks("0123456789"), () => Promise.reject(new Error("a fault")));
    for (let time = 0; time < 3; time += 1) {
      if (what === "is refused") await readWith(read, inChunks("0123456789", "0"));
      else if (what === "is not handled") await expect(failing()).rejects.toThrow("a fault");
      else {
        const body = arriving();
        const reading = readWith(read, body.chunks);
        await body.send("0123456789");
        body.end(new Error("aborted"));
        expect(await reading).toBeUndefined();
      }
    }
    expect(await readWith(read, inChunks("0123456789"))).toBe("whole: 0123456789");
  },
);
