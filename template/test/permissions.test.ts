import assert from "node:assert/strict";
import { test } from "node:test";
import { loadProject, privileges } from "signed-api-kit/testing";

/** What each role may do, written down by hand: a change of main.ts that grants more has to be meant here as well. */

for (const stage of ["dev", "prod"]) {
  test(`${stage}: each role may do what it needs, and nothing else`, async () => {
    const { granted, excess } = privileges(await loadProject(stage));
    const ownLogs = (name: string) => [
      `logs:CreateLogStream log-group:/aws/lambda/${name}:*`,
      `logs:PutLogEvents log-group:/aws/lambda/${name}:*`,
      "xray:PutTelemetryRecords *",
      "xray:PutTraceSegments *",
    ];
    const read = `execute-api:Invoke ${stage}/GET/items/*`;

    assert.deepEqual(granted, {
      "get-item": ["dynamodb:GetItem table/items", ...ownLogs("get-item")],
      "put-item": ["dynamodb:PutItem table/items", ...ownLogs("put-item")],
      reader: [read],
      writer: [read, `execute-api:Invoke ${stage}/PUT/items/*`],
    });
    assert.deepEqual(excess, []);
  });
}
