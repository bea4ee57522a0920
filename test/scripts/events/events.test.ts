import { EventEmitter, once } from "node:events";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Model } from "#model/model";
import { ACCOUNT_ID, loadApi, type Properties, REGION } from "../../support/api-terraform";
import { type LocalGateway, startGateway } from "../../support/local-gateway";
import { HAS_MOTO, type Moto, startMoto } from "../../support/moto";
import { temporaryFolder } from "../../support/temporary-folder";

/** Queues that an emulator holds invoke the functions of the stack. */

const folder = temporaryFolder();
const arnOf = (queue: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${queue}`;

const WORKER = `export const handler = async ({ Records }) => {
  if (Records.some(({ body }) => body === "throw")) throw new TypeError("no");
  return { batchItemFailures: Records.filter(({ body }) => body === "fail").map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

/** A queue that invokes a worker, whose role may do these with it. */
function modelOf(queue: string, actions: readonly string[], mapping: Properties = {}): Model {
  return loadApi(
    {
      routes: [{ route: "GET /" }],
      roles: { consumer: [{ Effect: "Allow", Action: actions, Resource: arnOf(queue) }] },
      functions: {
        worker: { source: WORKER, properties: { role: "${aws_iam_role.consumer.arn}" }, permitted: false },
      },
      resources: {
        "aws_sqs_queue.queue": { name: queue },
        "aws_lambda_event_source_mapping.to_worker": {
          event_source_arn: "${aws_sqs_queue.queue.arn}",
          function_name: "${aws_lambda_function.worker.function_name}",
          function_response_types: ["ReportBatchItemFailures"],
          ...mapping,
        },
      },
    },
    folder,
  );
}

const CONSUME = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

(HAS_MOTO ? describe : describe.skip)("with moto", () => {
  let moto: Moto;
  let sqs: SQSClient;
  const running: LocalGateway[] = [];
  beforeAll(async () => {
    moto = await startMoto();
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    sqs = new SQSClient({ endpoint: moto.url, region: REGION, credentials });
  }, 60_000);
  afterEach(() => Promise.all(running.splice(0).map(({ api }) => api.close())));
  afterAll(async () => {
    sqs.destroy();
    await moto.close();
  });

  /** A gateway that polls, and what it says of events so far. */
  async function serve(model: Model, awsEndpoint = moto.url) {
    const lines: string[] = [];
    const said = new EventEmitter();
    const log = (line: string): void => {
      lines.push(line);
      said.emit("line");
    };
    running.push(await startGateway(model, { awsEndpoint, logEvents: log }));
    const until = async (pattern: RegExp, count = 1): Promise<readonly string[]> => {
      while (lines.filter((line) => pattern.test(line)).length < count) await once(said, "line");
      return lines;
    };
    return { lines, until };
  }

  async function createQueue(name: string, attributes: Record<string, string> = {}): Promise<string> {
    const { QueueUrl = "" } = await sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
    );
    return QueueUrl;
  }
  const send = (QueueUrl: string, MessageBody: string) =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  /** How many messages are in a queue, hidden ones too. */
  async function count(QueueUrl: string): Promise<number> {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    return (
      Number(Attributes["ApproximateNumberOfMessages"]) +
      Number(Attributes["ApproximateNumberOfMessagesNotVisible"])
    );
  }

  test("messages are handed over in batches, and deleted when they are handled", async () => {
    const url = await createQueue("good");
    for (const body of ["a", "b", "c"]) await send(url, body);
    const { until } = await serve(modelOf("good", CONSUME, { batch_size: 2 }));
    expect(await until(/handled/, 2)).toEqual([
      "good to worker: 2 messages handled",
      "good to worker: 1 message handled",
    ]);
    expect(await count(url)).toBe(0);
  }, 30_000);

  test("of a batch, the messages that the function names stay in the queue", async () => {
    const url = await createQueue("partial");
    for (const body of ["a", "fail", "c"]) await send(url, body);
    const { until } = await serve(modelOf("partial", CONSUME));
    expect(await until(/handled/)).toEqual(["partial to worker: 3 messages handled, 1 failed"]);
    expect(await count(url)).toBe(1);
  }, 30_000);

  test("without ReportBatchItemFailures an answer is one of success, whatever it names", async () => {
    const url = await createQueue("unreported");
    await send(url, "fail");
    const { until } = await serve(modelOf("unreported", CONSUME, { function_response_types: [] }));
    expect(await until(/handled/)).toEqual(["unreported to worker: 1 message handled"]);
    expect(await count(url)).toBe(0);
  }, 30_000);

  test("a function that throws gets the batch again, until the queue moves it to its dead letters", async () => {
    const dead = await createQueue("dead");
    const url = await createQueue("throwing", {
      VisibilityTimeout: "1",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("dead"), maxReceiveCount: 2 }),
    });
    await send(url, "throw");
    const { until } = await serve(modelOf("throwing", CONSUME));
    await until(/1 message handled, 1 failed \(TypeError\)/, 2);
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: dead, WaitTimeSeconds: 20 }));
    expect(Messages).toEqual([expect.objectContaining({ Body: "throw" })]);
  }, 40_000);

  test("a role that may not receive gets nothing, though moto would hand it over", async () => {
    const url = await createQueue("closed");
    await send(url, "a");
    const { until } = await serve(modelOf("closed", ["sqs:DeleteMessage"]));
    const [line] = await until(/./);
    expect(line).toMatch(
      /^closed to worker: User: arn:aws:sts::123456789012:assumed-role\/consumer\/local is not authorized to perform: sqs:ReceiveMessage/,
    );
    expect(await count(url)).toBe(1);
  }, 30_000);

  test("a role that may not delete is named: what it handled comes again", async () => {
    const url = await createQueue("kept");
    await send(url, "a");
    const { until } = await serve(modelOf("kept", ["sqs:ReceiveMessage"]));
    const lines = await until(/handled$/);
    expect(lines[0]).toMatch(/^kept to worker: what was handled was not deleted.*sqs:DeleteMessage/);
    expect(await count(url)).toBe(1);
  }, 30_000);

  test("a queue that the emulator lacks is named, with what to do", async () => {
    const { until } = await serve(modelOf("missing", CONSUME));
    expect(await until(/has no queue/, 2)).toContain(
      `the emulator at ${moto.url} has no queue missing: deploy the stack to it (AWS_ENDPOINT_URL=${moto.url} make deploy), or create the queue`,
    );
  }, 30_000);

  test.each<[string, Properties]>([
    ["is disabled", { enabled: false }],
    ["filters, which is not followed", { filter_criteria: { filter: [{ pattern: "{}" }] } }],
  ])(
    "a mapping that %s does not poll",
    async (_, mapping) => {
      const model = modelOf("quiet", CONSUME, mapping);
      const { lines, until } = await serve(model);
      // The look for missing queues comes after polling has begun.
      await until(/has no queue quiet/);
      expect(lines).toHaveLength(1);
    },
    30_000,
  );

  test("an emulator that does not answer is named, and the gateway ends at once", async () => {
    const { until } = await serve(modelOf("lost", CONSUME), "http://127.0.0.1:1");
    await until(/the emulator at http:\/\/127\.0\.0\.1:1 does not answer \(ECONNREFUSED.*start it/);
  }, 30_000);
});

test("without an emulator no queue is polled", async () => {
  const lines: string[] = [];
  const { api } = await startGateway(modelOf("none", CONSUME), { logEvents: (line) => lines.push(line) });
  await api.close();
  expect(lines).toEqual([]);
});
