// Imports a handler and has it answer events, one after another, as many as it is told to: `node serve-handler.mjs
// MODULE EVENT`. For each number that comes in, the milliseconds of each answer go back.

const [modulePath, event] = process.argv.slice(2);
const { handler } = modulePath.endsWith(".mjs")
  ? await import(modulePath)
  : process.getBuiltinModule("node:module").createRequire(import.meta.url)(modulePath);

process.on("message", async (count) => {
  const milliseconds = [];
  for (let index = 0; index < count; index += 1) {
    const input = JSON.parse(event);
    const begin = performance.now();
    const { statusCode } = await handler(input, { awsRequestId: "bench" });
    milliseconds.push(performance.now() - begin);
    if (statusCode !== 200) throw new Error(`${modulePath} answered ${statusCode}, expected 200`);
  }
  process.send(milliseconds);
});
