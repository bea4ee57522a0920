import { paintFor } from "#cli/table";
import { renderFunctionLine, renderRequest, renderStart } from "#dev/dev-screen";
import type { RequestLog } from "#gateway/request-log";
import { loadApi } from "../../support/api-terraform";
import { captureIo } from "../../support/captured-io";

const plain = paintFor(captureIo().out, {});
const TIME = new Date(2026, 10, 22, 9, 8, 7);

const REFUSED: RequestLog = {
  requestId: "1",
  method: "DELETE",
  path: "/dev/products/mug-21",
  status: 403,
  milliseconds: 3.21,
  caller: "reader",
  apiKey: "app-dev-demo-1",
  gate: "iam",
  reason: "no identity-based policy of the caller allows execute-api:Invoke here; attach one that does",
  notes: ["a condition is not known"],
};
const PASSED: RequestLog = {
  ...REFUSED,
  status: 204,
  caller: undefined,
  gate: undefined,
  apiKey: undefined,
  notes: [],
};

describe("the start screen", () => {
  const screenOf = (type: string): string => {
    const resources = { "aws_api_gateway_rest_api.api": { endpoint_configuration: { types: [type] } } };
    const model = loadApi({ routes: [{ route: "GET /" }], resources });
    const stageUrl = "http://127.0.0.1:3000/dev";
    return renderStart(
      { model, stageUrl, credentials: [], clients: [], prefix: "", folder: ".local", milliseconds: 1 },
      plain,
    );
  };

  test("says what CloudFront would add to an edge-optimized API", () => {
    expect(screenOf("EDGE").replace(/\s+/g, " ")).toContain(
      "on AWS, CloudFront adds CloudFront-*, Via and X-Amz-Cf-Id to events and Via, X-Cache, X-Amz-Cf-Pop and X-Amz-Cf-Id to answers. This gateway does not add them.",
    );
  });

  test("does not say it of a regional one", () => {
    expect(screenOf("REGIONAL")).not.toContain("CloudFront");
  });
});

describe("what else invokes functions", () => {
  const screenOf = (mapping: Record<string, unknown>, emulator?: string): string => {
    const model = {
      ...loadApi({ routes: [{ route: "GET /" }] }),
      notRun: ["aws_lambda_event_source_mapping.m", "aws_cloudwatch_event_rule.nightly"],
      eventSources: [
        {
          address: "aws_lambda_event_source_mapping.m",
          sourceArn: "arn:aws:sqs:eu-west-1:123456789012:app-dev-jobs",
          functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:app-dev-worker",
          batchSize: 10,
          reportsFailures: true,
          ...mapping,
        },
      ],
    };
    const where = { stageUrl: "http://127.0.0.1:3000/dev", folder: ".local", prefix: "app-dev-", emulator };
    return renderStart({ model, ...where, credentials: [], clients: [], milliseconds: 1 }, plain).replace(
      /\s+/g,
      " ",
    );
  };
  const BY_HAND = "Schedules do not fire here. By hand: make invoke FUNCTION=name EVENT=file.json.";

  test("with an emulator, queues are polled there", () => {
    const screen = screenOf({}, "http://127.0.0.1:4566");
    expect(screen).toContain(`Polled at http://127.0.0.1:4566: jobs for worker. ${BY_HAND}`);
    expect(screen).toContain("Not run here: 1 aws_cloudwatch_event_rule.");
  });

  test("without one they are not, and the screen says how to do it by hand", () => {
    const screen = screenOf({});
    expect(screen).toContain(
      `Not invoked by aws_lambda_event_source_mapping.m: without --aws URL no queue is polled. ${BY_HAND}`,
    );
    expect(screen).toContain("Not run here: 1 aws_lambda_event_source_mapping, 1 aws_cloudwatch_event_rule.");
  });

  test("nor is what is not followed, also with an emulator", () => {
    const screen = screenOf({ notFollowed: "filter_criteria is not followed" }, "http://127.0.0.1:4566");
    expect(screen).toContain("Not invoked by aws_lambda_event_source_mapping.m: filter_criteria is not");
    expect(screen).not.toContain("Polled");
  });
});

describe("a route that is not served", () => {
  const screenOf = (integration: Record<string, unknown>): string => {
    const model = loadApi({ routes: [{ route: "GET /" }, { route: "GET /mapped", integration }] });
    const stageUrl = "http://127.0.0.1:3000/dev";
    return renderStart(
      { model, stageUrl, credentials: [], clients: [], prefix: "", folder: ".local", milliseconds: 1 },
      plain,
    ).replace(/\s+/g, " ");
  };

  test("is on the start screen, with the property and why", () => {
    const screen = screenOf({ connection_type: "VPC_LINK" });
    expect(screen).toContain("GET /mapped open 501, not served");
    expect(screen).toMatch(
      /501 GET \/mapped: aws_api_gateway_integration\.\S+\.connection_type: got "VPC_LINK",/,
    );
  });

  test("nothing is said of one that is served", () => {
    expect(screenOf({})).not.toContain("501");
  });
});

describe("a request in the log", () => {
  test.each<{ name: string; log: RequestLog; width?: number; expected: string }>([
    {
      name: "refused, on a terminal: why stands below, in its width",
      log: REFUSED,
      width: 80,
      expected: `\
09:08:07  DELETE   403   3.2 ms  /dev/products/mug-21  reader  key demo-1
          iam: no identity-based policy of the caller allows execute-api:Invoke
               here; attach one that does
          note: a condition is not known
`,
    },
    {
      name: "refused, in a file: one line, which programs can search",
      log: REFUSED,
      expected: `09:08:07  DELETE   403   3.2 ms  /dev/products/mug-21  reader  key demo-1  iam: ${REFUSED.reason}  note: a condition is not known\n`,
    },
    {
      name: "passed",
      log: PASSED,
      width: 80,
      expected: "09:08:07  DELETE   204   3.2 ms  /dev/products/mug-21\n",
    },
    {
      name: "passed after a long time: the columns stay",
      log: { ...PASSED, method: "OPTIONS", milliseconds: 9876.5 },
      expected: "09:08:07  OPTIONS  204  9877 ms  /dev/products/mug-21\n",
    },
  ])("$name", ({ log, width, expected }) => {
    expect(renderRequest(log, TIME, "app-dev-", plain, width)).toBe(expected);
  });
});

test.each([
  {
    name: "JSON, in short",
    line: '{"timestamp":"x","level":"ERROR","message":"The request failed","requestId":"1","errorType":"Error"}',
    told: 'ERROR The request failed {"errorType":"Error"}',
  },
  { name: "a text with a tab", line: "REQUEST\tINFO\tread", told: "REQUEST\tINFO\tread" },
  {
    name: "a message in which a caller drew a line of its own",
    line: JSON.stringify({ level: "INFO", message: "GET /x\n09:08:07  GET      200\u001b[2J\u009b2J" }),
    told: "GET /x\\u000a09:08:07  GET      200\\u001b[2J\\u009b2J",
  },
  {
    name: "a member with a command for the terminal",
    line: JSON.stringify({ message: "m", name: "\u001b]0;x\u0007\u009b2J\u202e" }),
    told: 'm {"name":"\\u001b]0;x\\u0007\\u009b2J\\u202e"}',
  },
  { name: "a text with one", line: "\u001b[2Jsafe\rgone", told: "\\u001b[2Jsafe\\u000dgone" },
])("a function's line in the log: $name", ({ line, told }) => {
  expect(renderFunctionLine("get-index", line, plain)).toBe(`          get-index | ${told}\n`);
});
