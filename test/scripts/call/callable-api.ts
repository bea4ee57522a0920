import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArguments } from "#call/arguments";
import { type CallWorld, call } from "#call/call";
import { writePrivateFile } from "#cli/private-files";
import type { Model } from "#model/model";
import { stackId } from "#modules/settings";
import { writeLocalFiles } from "#stage/local-files";
import { type ApiSpec, allowInvoke, apiTerraform, loadApi, REGION, STAGE } from "../../support/api-terraform";
import { captureIo } from "../../support/captured-io";
import { type LocalGateway, SEED, startGateway } from "../../support/local-gateway";
import { temporaryFolder } from "../../support/temporary-folder";

const STACK = stackId("dev");

const CALLABLE_API: ApiSpec = {
  routes: [
    { route: "GET /open" },
    { route: "GET /signed", authorization: "AWS_IAM" },
    { route: "GET /signed/{code}", authorization: "AWS_IAM" },
    { route: "PUT /signed/{code}", authorization: "AWS_IAM" },
    { route: "GET /keyed", method: { api_key_required: true } },
    { route: "GET /both", authorization: "AWS_IAM", method: { api_key_required: true } },
    { route: "GET /echo", lambda: "echo" },
    { route: "GET /names", lambda: "names" },
    { route: "GET /moved", lambda: "moved" },
    { route: "GET /missing", lambda: "missing" },
    { route: "GET /bell", lambda: "bell" },
  ],
  roles: { reader: [allowInvoke("*/GET/*")], writer: [allowInvoke("*")], stranger: [] },
  plans: { standard: { throttle_settings: { rate_limit: 100, burst_limit: 200 } } },
  keys: { demo: { plan: "standard" }, off: { plan: "standard", enabled: false }, spare: {} },
  functions: {
    echo: { source: "export const handler = ({ headers }) => ({ body: JSON.stringify(headers) });" },
    names: {
      source:
        "export const handler = ({ headers }) => ({ body: JSON.stringify({ [headers['x-api-key']]: '\\x9b2J' }) });",
    },
    bell: { source: "export const handler = () => ({ body: 'line\\n\\x1b[2J\\x9b\\x07' });" },
    moved: {
      source: "export const handler = () => ({ statusCode: 302, headers: { Location: '/elsewhere' } });",
    },
    missing: {
      source: `export const handler = () => ({ statusCode: 404, body: '{"message":"no such product"}' });`,
    },
  },
};

/** What one call came to. */
interface Called {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** An API that can be called as the one of `make dev`, with the files that it leaves, for one test file. */
export class CallableApi {
  readonly folder = temporaryFolder();
  model!: Model;
  gateway!: LocalGateway;

  /** @param now - the clock of the gateway, in milliseconds since the epoch */
  constructor(now: () => number = Date.now) {
    const assembly = join(this.folder, "cdktf.out", "stacks", STACK);
    beforeAll(async () => {
      mkdirSync(assembly, { recursive: true });
      writePrivateFile(join(this.folder, "seed"), SEED);
      writeFileSync(join(assembly, "cdk.tf.json"), JSON.stringify(apiTerraform(CALLABLE_API, assembly)));
      this.model = loadApi(CALLABLE_API, assembly);
      this.gateway = await startGateway(this.model, { now });
      const { api } = this.gateway;
      writeLocalFiles(
        {
          stageUrl: this.stageUrl,
          region: REGION,
          stage: STAGE,
          stack: STACK,
          outputs: {},
          apiKeys: this.model.apiKeys,
          credentials: api.credentials,
          localize: api.localize,
        },
        this.folder,
      );
    });
    afterAll(() => this.gateway.api.close());
  }

  get stageUrl(): string {
    return `${this.gateway.url}/${STAGE}`;
  }

  /** Every secret that a call could show: none of them may be in what it prints. */
  get secrets(): string[] {
    const ofCallers = this.gateway.api.credentials.flatMap((each) => [
      each.secretAccessKey,
      each.sessionToken ?? [],
    ]);
    return [...ofCallers.flat(), ...this.model.apiKeys.map(({ value }) => value)];
  }

  key(name: string): string {
    return this.model.apiKeys.find((each) => each.name === name)?.value ?? "";
  }

  /** Calls as the command does, and makes sure that no secret is printed. */
  async call(
    argv: readonly string[],
    world: Partial<CallWorld> & { readonly isTTY?: boolean } = {},
  ): Promise<Called> {
    const io = captureIo({ isTTY: world.isTTY });
    const asked = readArguments(argv);
    const status = await call(asked, { env: {}, io, localFolder: this.folder, now: Date.now, ...world });
    const { out, err } = io.written();
    for (const secret of this.secrets) expect(out + err).not.toContain(secret);
    return { status, out, err };
  }
}
