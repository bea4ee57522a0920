import { tmpdir } from "node:os";
import { runProgram, runQuickly } from "#cli/run-program";

const env = { PATH: process.env.PATH };
const node = (program: string, more = {}) =>
  runProgram(process.execPath, ["-e", program], { cwd: tmpdir(), env, ...more });

const PROGRAM = `console.log('+ value = "a-key"'); console.error('value = "another"'); process.exit(3);`;

test("without sinks, output is collected as it is", async () => {
  expect(await node(PROGRAM)).toEqual({
    status: 3,
    out: '+ value = "a-key"\n',
    err: 'value = "another"\n',
  });
});

test("with sinks, all of the output has reached them, redacted", async () => {
  let [shown, said] = ["", ""];
  const out = { write: (text: string) => (shown += text) };
  const err = { write: (text: string) => (said += text) };
  expect(await node(PROGRAM, { out, err })).toEqual({ status: 3, out: "", err: "" });
  expect([shown, said]).toEqual(["+ value = (sensitive value)\n", "value = (sensitive value)\n"]);
});

test("a program that a signal ends has the status 1", async () => {
  expect(await node(`process.kill(process.pid, "SIGKILL")`)).toMatchObject({ status: 1 });
});

test("a program that is not there is an error", async () => {
  const missing = { code: "ENOENT" };
  await expect(runProgram("/nowhere/program", [], { cwd: tmpdir(), env })).rejects.toMatchObject(missing);
  expect(runQuickly("/nowhere/program", [], env)).toMatchObject({
    status: undefined,
    out: "",
    error: missing,
  });
});

test("a program that does not end in time has no status", () => {
  expect(runQuickly(process.execPath, ["-e", "setInterval(() => {}, 1000)"], env, 200)).toMatchObject({
    status: undefined,
    error: { code: "ETIMEDOUT" },
  });
  expect(runQuickly(process.execPath, ["-p", "1"], env, 60_000)).toMatchObject({ status: 0, out: "1\n" });
});
