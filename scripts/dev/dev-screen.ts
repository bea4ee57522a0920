import { routeOrder } from "#access/authorization-matrix";
import { type Cell, type Paint, renderTable, SCREEN_WIDTH, wrap } from "#cli/table";
import type { RequestLog } from "#gateway/request-log";
import type { EventSource } from "#model/event-source";
import type { Model } from "#model/model";
import { backendName, type CustomDomain, type Route } from "#model/rest-api";
import { withoutPrefix } from "#stage/stack-name";
import { parseJson } from "#text/parse-json";
import { escapeControls, printable } from "#text/printable";
import { type SampledApi, sampleCommands } from "./sample-commands";

/** The content of the start-up screen. */
export interface Started extends SampledApi {
  /** Of the physical names of the stack. It is left out on the screen. */
  readonly prefix: string;
  /** The process whose files are in `.local`, if this gateway has its files elsewhere. */
  readonly other?: number;
  readonly milliseconds: number;
  /** Where an emulator answers. @default nowhere */
  readonly emulator?: string | undefined;
  /** Where debuggers reach the functions, by name. @default functions cannot be debugged */
  readonly inspectPorts?: ReadonlyMap<string, number>;
}

/** The first screen of `make dev`: the routes, their gates, and commands to paste. It shows no secrets. */
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
    ...closedRoutes(model, paint),
    "",
    ...sampleCommands(started).flatMap(({ shows, command }) => [paint("dim", `# ${shows}`), command]),
    "",
    ...[
      ...otherGateway(started),
      `Credentials: ${folder}/credentials, with the profiles ${profiles(started)}.`,
      `API keys: ${folder}/outputs.json.`,
      ...debuggers(started),
      ...(model.api.edgeOptimized ? [EDGE_OPTIMIZED] : []),
      ...(model.api.domains ?? []).map(customDomain),
      ...invokedBy(started),
      ...notRunHere(started),
      ...(model.api.restrictions ?? []).map((restriction) => `Not in force: ${restriction}.`),
      `Without local effect: ${[...new Set(model.withoutLocalEffect)].length} resources (ARGS=--verbose lists them).`,
      "Saving a file rebuilds what it touches. Ctrl-C stops.",
    ].flatMap((text) => wrap(text, SCREEN_WIDTH).map((line) => paint("dim", line))),
    "",
    "",
  ].join("\n");
}

/**
 * A request: its time, method, status, duration, path and caller, and the gate that refused it with the reason.
 * @param width - of the terminal; the reason and notes are then on lines of their own. @default one line, easy to search
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
  const lines = remarks.flatMap((remark) => renderRemark(remark, paint, width));
  return `${[line.join("  "), ...lines].join(width === undefined ? "  " : `\n${INDENT}`)}\n`;
}

/**
 * A line that a function logged, after the function's name. A JSON line is shortened to its level, message and own members.
 * Whatever a caller has put into it stays on one line, and cannot move the cursor.
 */
export function renderFunctionLine(name: string, line: string, paint: Paint): string {
  return `${INDENT}${paint("dim", `${name} | ${printable(shorten(line))}`)}\n`;
}

// ---------------------------------------------------------------------------------------------------- internal

/**
 * The headers that CloudFront adds depend on the viewer's device, address and network, which only CloudFront knows.
 * Recorded by https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway/test_apigateway_lambda.snapshot.json,
 *   test_lambda_aws_proxy_integration; test_apigateway_common.snapshot.json, test_invocation_trace_id
 */
const EDGE_OPTIMIZED =
  "Edge-optimized: on AWS, CloudFront adds CloudFront-*, Via and X-Amz-Cf-Id to events and Via, X-Cache, " +
  "X-Amz-Cf-Pop and X-Amz-Cf-Id to answers. This gateway does not add them. A regional API has none of them: " +
  'endpoint_configuration { types = ["REGIONAL"] }.';

/** As wide as the time and the space after it. */
const INDENT = " ".repeat("00:00:00  ".length);

interface Remark {
  readonly format: "yellow" | "dim";
  readonly name: string;
  readonly text: string;
}

/** The lines of a remark below a request, wrapped to the width; one line if there is no width. */
function renderRemark(
  { format, name, text }: Remark,
  paint: Paint,
  width = Number.POSITIVE_INFINITY,
): string[] {
  const hanging = " ".repeat(name.length + 2);
  const [first = "", ...more] = wrap(text, width - INDENT.length - hanging.length);
  return [`${paint(format, name)}: ${first}`, ...more.map((each) => hanging + each)];
}

function shorten(line: string): string {
  const entry = line.startsWith("{") ? (parseJson(line) as Record<string, unknown> | undefined) : undefined;
  if (typeof entry?.message !== "string") return line;
  const { timestamp: _, requestId: _1, apiRequestId: _2, level, message, ...members } = entry;
  const rest = Object.keys(members).length > 0 ? ` ${JSON.stringify(members)}` : "";
  return `${level === undefined || level === "INFO" ? "" : `${level} `}${escapeControls(message)}${rest}`;
}

function routeRow(route: Route, prefix: string): Cell[] {
  const name = `${route.httpMethod} ${route.resourcePath}`;
  if (route.notServed) return [name, gates(route), { text: "501, not served", format: "yellow" }];
  return [name, gates(route), withoutPrefix(backendName(route.integration), prefix)];
}

/** `Custom domain api.example.com, by the Host header: /v1 leads to the stage dev.` */
function customDomain({ name, mappings }: CustomDomain): string {
  const leads = mappings.map(({ basePath, stage, isOfOtherApi }) => {
    const to = stage === undefined ? "the stage that the path names" : `the stage ${stage}`;
    return `/${basePath} leads to ${isOfOtherApi ? "another API" : to}`;
  });
  return `Custom domain ${name}, by the Host header: ${leads.join(", ")}.`;
}

/** `Debuggers: get-item 9229, put-item 9230 (.vscode/launch.json).` */
function debuggers({ inspectPorts = new Map(), prefix }: Started): string[] {
  const names = [...inspectPorts].map(([name, port]) => `${withoutPrefix(name, prefix)} ${port}`);
  return names.length === 0 ? [] : [`Debuggers on 127.0.0.1: ${names.join(", ")}. Nothing times out.`];
}

/** What else than the API invokes functions, with an emulator and without one. */
function invokedBy({ model, prefix, emulator }: Started): string[] {
  const sources = model.eventSources ?? [];
  const polled = sources
    .filter((source) => isPolled(source, emulator))
    .map(({ sourceArn, functionArn }) => {
      const [queue = "", fn = ""] = [sourceArn, functionArn].map((arn) => arn.split(":").at(-1));
      return `${withoutPrefix(queue, prefix)} for ${withoutPrefix(fn, prefix)}`;
    });
  const others = sources.filter((source) => !isPolled(source, emulator));
  const [first] = others;
  const why = first?.notFollowed ?? "without --aws URL no queue is polled";
  return [
    ...(polled.length > 0 ? [`Polled at ${emulator}: ${polled.join(", ")}.`] : []),
    ...(first
      ? [
          `Not invoked by ${first.address}${others.length > 1 ? ` and ${others.length - 1} more` : ""}: ${why}.`,
        ]
      : []),
    ...(first || model.notRun?.some((address) => SCHEDULES.test(address)) ? [BY_HAND] : []),
  ];
}

const SCHEDULES = /^(?:.*\.)?aws_(?:cloudwatch_event_rule|scheduler_schedule)\./;

const BY_HAND = "Schedules do not fire here. By hand: make invoke FUNCTION=name EVENT=file.json.";

function isPolled({ notFollowed }: EventSource, emulator: string | undefined): boolean {
  return emulator !== undefined && notFollowed === undefined;
}

/** `Not run here: 2 aws_sqs_queue, 1 aws_scheduler_schedule.` Not among them: what is polled. */
function notRunHere({ model, emulator }: Started): string[] {
  const polled = new Set(
    (model.eventSources ?? []).filter((source) => isPolled(source, emulator)).map(({ address }) => address),
  );
  const counts = new Map<string, number>();
  for (const address of model.notRun ?? []) {
    if (polled.has(address)) continue;
    const type = /((?:data\.)?[a-z]\w*)\.[\w-]+(?:\[.*\])?$/.exec(address)?.[1] ?? address;
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const listed = [...counts].map(([type, count]) => `${count} ${type}`).join(", ");
  return listed === "" ? [] : [`Not run here: ${listed}.`];
}

/** Each route that answers 501, with what is not understood. */
function closedRoutes({ api }: Model, paint: Paint): string[] {
  const lines = [...api.routes].sort(routeOrder).flatMap(({ httpMethod, resourcePath, notServed }) => {
    if (!notServed) return [];
    const { address, property, reason } = notServed;
    const at = property === "" ? address : `${address}.${property}`;
    const [first = "", ...more] = wrap(`${httpMethod} ${resourcePath}: ${at}: ${reason}`, SCREEN_WIDTH - 4);
    return [`${paint("yellow", "501")} ${first}`, ...more.map((line) => `    ${line}`)];
  });
  return lines.length === 0 ? [] : ["", ...lines];
}

function gates(route: Route): string {
  if (route.authorization === "UNKNOWN") return "unknown";
  const byAuthorizer = { CUSTOM: "authorizer", COGNITO_USER_POOLS: "user pool" } as const;
  const closed = [
    route.authorization === "AWS_IAM" && "signature",
    (route.authorization === "CUSTOM" || route.authorization === "COGNITO_USER_POOLS") &&
      byAuthorizer[route.authorization],
    route.apiKeyRequired && "API key",
  ].filter(Boolean);
  return closed.join(" + ") || "open";
}

/** How to call this gateway if another one has its files in `.local`. */
function otherGateway({ folder, other, stageUrl }: Started): string[] {
  if (other === undefined) return [];
  return [
    `Process ${other} runs another gateway with its files in .local. This gateway has its files in ${folder} while it runs. Use whole URLs to call it: make call REQUEST='GET ${stageUrl}/…'.`,
  ];
}

function profiles({ credentials }: Started): string {
  return credentials.map(({ profile }) => profile).join(", ");
}
