import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";

/*
 * A debugger as editors are: it attaches to the process of a function, sets a breakpoint in TypeScript by the source map that
 * the bundle names, says where the function has stopped, and lets it go on.
 * Its arguments: the port, the end of a source's path, a line of it.
 * Source: https://chromedevtools.github.io/devtools-protocol/v8/Debugger/
 */

const [, , port, file, line] = process.argv;
const [{ webSocketDebuggerUrl }] = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
const socket = new WebSocket(webSocketDebuggerUrl);
let lastId = 0;
const say = (what) => process.stdout.write(`${what}\n`);
const send = (method, params = {}) => socket.send(JSON.stringify({ id: ++lastId, method, params }));
const sendToThread = (sessionId, method, params = {}) =>
  send("NodeWorker.sendMessageToWorker", {
    sessionId,
    message: JSON.stringify({ id: ++lastId, method, params }),
  });

/** The first place of the bundle that comes from the line. */
function placeOf(url, sourceMapUrl) {
  const bundle = readFileSync(fileURLToPath(url), "utf8").split("\n");
  const map = new SourceMap(JSON.parse(readFileSync(fileURLToPath(new URL(sourceMapUrl, url)), "utf8")));
  for (const [lineNumber, text] of bundle.entries()) {
    for (let columnNumber = 0; columnNumber < text.length; columnNumber++) {
      const { originalSource = "", originalLine } = map.findEntry(lineNumber, columnNumber);
      if (originalSource.endsWith(file) && originalLine === Number(line) - 1)
        return { lineNumber, columnNumber };
    }
  }
  throw new Error(`no place of ${url} comes from ${file}:${line}`);
}

function hear(sessionId, { method, params, result }) {
  if (method === "Debugger.scriptParsed" && params.url.endsWith("/task/index.mjs") && params.sourceMapURL) {
    const { url } = params;
    sendToThread(sessionId, "Debugger.setBreakpointByUrl", { url, ...placeOf(url, params.sourceMapURL) });
  }
  if (result?.breakpointId) say(`set in ${result.locations.length}`);
  if (method === "Debugger.paused") {
    say(`paused at ${params.callFrames[0].functionName || "anonymous"}`);
    sendToThread(sessionId, "Debugger.resume");
  }
}

socket.addEventListener("open", () => send("NodeWorker.enable", { waitForDebuggerOnStart: false }));
socket.addEventListener("message", ({ data }) => {
  const { method, params } = JSON.parse(data);
  if (method === "NodeWorker.attachedToWorker") sendToThread(params.sessionId, "Debugger.enable");
  if (method === "NodeWorker.receivedMessageFromWorker") hear(params.sessionId, JSON.parse(params.message));
});
