import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { lookUp } from "./call/look-up";
import { findTarget } from "./call/target";
import { runCommand, withHelp } from "./cli/command";
import { paintFor } from "./cli/table";
import { diagnose } from "./diagnosis/diagnose";
import { readEvidence } from "./diagnosis/evidence";
import type { LookedUp } from "./diagnosis/observed";
import { renderDiagnosis } from "./diagnosis/render";
import { headerValue, type RawRequest } from "./sigv4/request";
import { LOCAL_FOLDER } from "./stage/local-files";
import { createMask, maskCanonical, maskedJson, secretsInHeaders } from "./text/secrets";

const USAGE = `usage: diagnose.ts [FILE] [--canonical FILE]
                   [--request FILE [--authorization VALUE]]
                   [--local | --stage NAME] [--json]

Explains why API Gateway refused a request that you did not send yourself: the
gate, the likely cause, and what to do. Exit status: 0 with a diagnosis, 1 for
an answer that is not known, 2 for a mistake in the arguments.

  FILE                   the answer's body, or the whole answer as curl -i shows
                         it (default: standard input)
  --canonical FILE       the canonical request that the client signed, to
                         compare it with the gateway's
  --request FILE         the request in HTTP's own form, as curl -v shows it
  --authorization VALUE  the request's Authorization header, if the file does
                         not have it
  --local, --stage NAME  look routes and API keys up there, as 'call' does
  --json                 print JSON for programs, secrets masked

  npx tsx scripts/diagnose.ts answer.json --canonical canonical.txt
`;

/** Diagnoses a refusal from what a client saw of it. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      canonical: { type: "string" },
      request: { type: "string" },
      authorization: { type: "string" },
      local: { type: "boolean" },
      stage: { type: "string" },
      json: { type: "boolean" },
    },
  });
  const [response, ...more] = positionals;
  if (more.length > 0)
    throw new UserError(`got '${positionals.join(" ")}', expected one file with the answer`);
  const evidence = await readEvidence({ ...values, response }, io);
  const lookedUp = await lookUpTarget(values, evidence.request, env);
  const diagnosis = diagnose({ ...evidence, lookedUp });

  const secrets = createMask(secretsInHeaders(evidence.request?.headers ?? []));
  const mask = (text: string): string => maskCanonical(secrets(text));
  io.out.write(
    values.json ? maskedJson(diagnosis, mask) : mask(renderDiagnosis(diagnosis, paintFor(io.out, env))),
  );
  return diagnosis.fault === "unknown" ? 1 : 0;
});

async function lookUpTarget(
  { local, stage }: { readonly local?: boolean; readonly stage?: string },
  request: RawRequest | undefined,
  env: NodeJS.ProcessEnv,
): Promise<LookedUp | undefined> {
  if (local && stage !== undefined)
    throw new UserError("--local and --stage: got both, expected one of them");
  if (!local && stage === undefined) return undefined;
  const choice = stage === undefined ? ({ kind: "local" } as const) : ({ kind: "stage", stage } as const);
  const apiKey = request && headerValue(request.headers, "x-api-key");
  return lookUp(findTarget({ target: choice }, env, LOCAL_FOLDER), { env, apiKey });
}

if (require.main === module) void runCommand(main);
