import { routeOrder } from "#access/authorization-matrix";
import { type Cell, type Paint, renderTable, SCREEN_WIDTH, wrap } from "#cli/table";
import type { RequestLog } from "#gateway/request-log";
import type { Route } from "#model/rest-api";
import { withoutPrefix } from "#stage/stack-name";
import { parseJson } from "#text/parse-json";
import { escapeControls, printable } from "#text/printable";
import { type SampledApi, sampleCommands } from "./sample-commands";

/** What the start-up screen shows. */
export interface Started extends SampledApi {
  /** What the names of the stack's things begin with, which is left out. */
  readonly prefix: string;
  /** The process whose files are in `.local`, if this gateway's are beside them. */
  readonly other?: number;
  readonly milliseconds: number;
}

/** The screen that `make dev` begins with: the routes, their gates, and commands to paste. Nothing on it is secret. */
export function renderStart(started: Started, paint: Paint): string {
  const { model, stageUrl, folder, milliseconds } = started;
  return [
    `${paint("bold", stageUrl)}  ready in ${(milliseconds / 1000).toFixed(1)} s`,
    "",
    renderTable(
      ["ROUTE", "GATES", "ANSWERED BY"],
      [...model.api.routes].sort(routeOrder).map((route) => routeRow(route, started.prefix)),
      { paint },
    ).trimEnd(),
    "",
    ...sampleCommands(started).flatMap(({ shows, command }) => [paint("dim", `# ${shows}`), command]),
    "",
    ...[
      ...beside(started),
      `Credentials: ${folder}/credentials, with the profiles ${profiles(started)}.`,
      `API keys: ${folder}/outputs.json.`,
      ...(model.api.edgeOptimized ? [EDGE_OPTIMIZED] : []),
      `Without local effect: ${[...new Set(model.withoutLocalEffect)].length} resources (ARGS=--verbose lists them).`,
      "Saving a file rebuilds what it touches. Ctrl-C stops.",
    ].flatMap((text) => wrap(text, SCREEN_WIDTH).map((line) => paint("dim", line))),
    "",
    "",
  ].join("\n");
}

/**
 * A request: when, what, how it ended, how long it took, who called, and which gate refused it why.
 * @param width - of the terminal, where why and notes stand below. @default one line, for programs to search
 */
export function renderRequest(
  log: RequestLog,
  time: Date,
  prefix: string,
  paint: Paint,
  width?: number,
): string {
  const who = [log.caller, log.apiKey && `key ${withoutPrefix(log.apiKey, prefix)}`];
  const line = [
    paint("dim", time.toTimeString().slice(0, 8)),
    log.method.padEnd("OPTIONS".length),
    paint(log.status < 400 ? "green" : log.status < 500 ? "yellow" : "red", String(log.status)),
    paint("dim", `${log.milliseconds.toFixed(log.milliseconds < 10 ? 1 : 0).padStart(4)} ms`),
    log.path,
    ...who.filter((each) => each !== undefined),
  ];
  const remarks: Remark[] = [
    ...(log.gate ? [{ format: "yellow", name: log.gate, text: log.reason ?? "" } as const] : []),
    ...log.notes.map((text) => ({ format: "dim", name: "note", text }) as const),
  ];
  const told = remarks.flatMap((remark) => renderRemark(remark, paint, width));
  return `${[line.join("  "), ...told].join(width === undefined ? "  " : `\n${INDENT}`)}\n`;
}

/**
 * A line that a function logged, under its name. A JSON line is told in short: its level, message and own members. What a
 * caller has put into it stays one line, and moves no cursor.
 */
export function renderFunctionLine(name: string, line: string, paint: Paint): string {
  return `${INDENT}${paint("dim", `${name} | ${printable(inShort(line))}`)}\n`;
}

// ---------------------------------------------------------------------------------------------------- internal

/**
 * What CloudFront adds depends on the viewer's device, address and network, which only it knows.
 * Recorded by https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway/test_apigateway_lambda.snapshot.json,
 *   test_lambda_aws_proxy_integration; test_apigateway_common.snapshot.json, test_invocation_trace_id
 */
const EDGE_OPTIMIZED =
  "Edge-optimized: on AWS, CloudFront adds CloudFront-*, Via and X-Amz-Cf-Id to events and Via, X-Cache, " +
  "X-Amz-Cf-Pop and X-Amz-Cf-Id to answers. Here they are missing. A regional API has none of them: " +
  'endpoint_configuration { types = ["REGIONAL"] }.';

/** As wide as the time and the space behind it. */
const INDENT = " ".repeat("00:00:00  ".length);

interface Remark {
  readonly format: "yellow" | "dim";
  readonly name: string;
  readonly text: string;
}

/** The lines of a remark below a request, each as wide as there is room; one where the width does not matter. */
function renderRemark(
  { format, name, text }: Remark,
  paint: Paint,
  width = Number.POSITIVE_INFINITY,
): string[] {
  const hanging = " ".repeat(name.length + 2);
  const [first = "", ...more] = wrap(text, width - INDENT.length - hanging.length);
  return [`${paint(format, name)}: ${first}`, ...more.map((each) => hanging + each)];
}

function inShort(line: string): string {
  const entry = line.startsWith("{") ? (parseJson(line) as Record<string, unknown> | undefined) : undefined;
  if (typeof entry?.message !== "string") return line;
  const { timestamp: _, requestId: _1, apiRequestId: _2, level, message, ...members } = entry;
  const rest = Object.keys(members).length > 0 ? ` ${JSON.stringify(members)}` : "";
  return `${level === undefined || level === "INFO" ? "" : `${level} `}${escapeControls(message)}${rest}`;
}

function routeRow(route: Route, prefix: string): Cell[] {
  const { integration } = route;
  const by = integration.type === "MOCK" ? "mock" : (integration.functionArn.split(":").at(-1) ?? "");
  return [`${route.httpMethod} ${route.resourcePath}`, gates(route), withoutPrefix(by, prefix)];
}

function gates(route: Route): string {
  const closed = [route.authorization === "AWS_IAM" && "signature", route.apiKeyRequired && "API key"].filter(
    Boolean,
  );
  return closed.join(" + ") || "open";
}

/** What is different for a gateway that runs beside another one. */
function beside({ folder, other, stageUrl }: Started): string[] {
  if (other === undefined) return [];
  return [
    `The gateway of process ${other} keeps its files in .local; those of this one are in ${folder} while it runs. make call reaches it by whole URLs: REQUEST='GET ${stageUrl}/…'.`,
  ];
}

function profiles({ credentials }: Started): string {
  return credentials.map(({ profile }) => profile).join(", ");
}
