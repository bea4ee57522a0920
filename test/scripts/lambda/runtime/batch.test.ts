import { setImmediate } from "node:timers/promises";
import { createBatch } from "#lambda/runtime/batch";

test("what is sent in one turn leaves together, in its order, and nothing leaves twice", async () => {
  const sent: (readonly number[])[] = [];
  const send = createBatch<number>((items) => sent.push(items));
  send(1);
  send(2);
  await Promise.resolve();
  send(3);
  expect(sent).toEqual([]);
  await setImmediate();
  expect(sent).toEqual([[1, 2, 3]]);
  send(4);
  await setImmediate();
  await setImmediate();
  expect(sent).toEqual([[1, 2, 3], [4]]);
});

test("what is sent while a batch leaves is in the next one", async () => {
  const sent: (readonly string[])[] = [];
  const send = createBatch<string>((items) => {
    sent.push(items);
    if (items[0] === "first") send("second");
  });
  send("first");
  await setImmediate();
  await setImmediate();
  expect(sent).toEqual([["first"], ["second"]]);
});
