import fc from "fast-check";
import { createAnswerReader } from "#self/bench/answer-reader";

const ANSWERS = [
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"message":"ä"}'.replace(
    "15",
    "16",
  ),
  "HTTP/1.1 403 Forbidden\r\ncontent-length:0\r\n\r\n",
  "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\r\n\r\n",
];
const BYTES = Buffer.from(ANSWERS.join(""));

function readInPieces(lengths: readonly number[]): { status: number; text: string }[] {
  const answers: { status: number; text: string }[] = [];
  const read = createAnswerReader(({ status, bytes }) => answers.push({ status, text: bytes.toString() }));
  let position = 0;
  for (const length of [...lengths, BYTES.length]) {
    read(BYTES.subarray(position, position + length));
    position += length;
  }
  return answers;
}

test("answers are the same, however they arrive", () => {
  const expected = [200, 403, 200].map((status, index) => ({ status, text: ANSWERS[index] }));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }), (lengths) => {
      expect(readInPieces(lengths)).toEqual(expected);
    }),
  );
});

test("an answer that is not complete is none yet", () => {
  const onAnswer = jest.fn();
  const read = createAnswerReader(onAnswer);
  read(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{"));
  expect(onAnswer).not.toHaveBeenCalled();
  read(Buffer.from("}"));
  expect(onAnswer).toHaveBeenCalledTimes(1);
});

test("an answer without a length is refused", () => {
  const read = createAnswerReader(() => undefined);
  expect(() => read(Buffer.from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))).toThrow(
    "an answer has no Content-Length: measure a route that sends one",
  );
});
