// Imports a handler as Lambda does, and has it answer one event: `node run-handler.mjs MODULE EVENT`. What that took
// goes to file descriptor 3, as JSON.

const [modulePath, event] = process.argv.slice(2);
const begin = performance.now();
const cpuAtBegin = process.cpuUsage();

const { handler } = modulePath.endsWith(".mjs")
  ? await import(modulePath)
  : process.getBuiltinModule("node:module").createRequire(import.meta.url)(modulePath);
const loaded = performance.now();

const { statusCode, body } = await handler(JSON.parse(event), { awsRequestId: "bench" });
const answered = performance.now();
const { user, system } = process.cpuUsage(cpuAtBegin);

const measured = {
  statusCode,
  bytes: body.length,
  init: loaded - begin,
  firstEvent: answered - loaded,
  cpu: (user + system) / 1000,
};
process.getBuiltinModule("node:fs").writeSync(3, JSON.stringify(measured));
// Connections are kept open for the next event.
process.exit();
