import type { LoadProgram } from "#self/bench/load-program";
import { startProgram } from "#self/bench/program";

const path = require.resolve("../../../../scripts/self/bench/load-program.ts");
const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" };
const load = { path: "/", region: "eu-west-1", credentials, count: 1, connections: 1 };

test("a program passes on what fails in it, and goes on", async () => {
  const program = startProgram<LoadProgram>(path);
  const nobodyListens = { ...load, port: 1 };
  await expect(program.ask("load", nobodyListens)).rejects.toThrow("connect ECONNREFUSED 127.0.0.1:1");
  await expect(program.ask("load", nobodyListens)).rejects.toThrow("connect ECONNREFUSED 127.0.0.1:1");
  await program.end();
});

test("a program that ends leaves no question open", async () => {
  const program = startProgram<LoadProgram>(path);
  const asked = program.ask("load", { ...load, port: 1 });
  await program.end();
  await expect(asked).rejects.toThrow(/load-program\.ts ended: 0$/);
});
