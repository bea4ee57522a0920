import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { runCommand, withHelp } from "./cli/command";
import { paintFor } from "./cli/table";
import { rankCauses } from "./diagnosis/causes";
import { diagnose } from "./diagnosis/diagnose";
import type { LookedUp } from "./diagnosis/observed";
import { proveCause } from "./diagnosis/prove-cause";
import { paragraph, renderDiagnosis } from "./diagnosis/render";
import { readEvidence } from "./evidence/files";
import { profileSecrets } from "./evidence/profile-secrets";
import { secretsIn } from "./evidence/secrets";
import { headerValue, type RawRequest } from "./sigv4/request";
import { createMask, maskCanonical, maskedJson, secretsInHeaders } from "./text/secrets";

const USAGE = `usage: diagnose.ts [FILE …] [--request FILE [--authorization VALUE]]
                   [--canonical FILE] [--as PROFILE]
                   [--local | --stage NAME] [--json]

Explains why API Gateway refused a request that you did not send yourself: the
gate, the likely causes with their evidence, and what to do. Exit status: 0
with a diagnosis, 1 for an answer that is not known, 2 for wrong arguments.

  FILE …                 what the client kept, in any form and mixture (default:
                         standard input): the answer, or an exception or a log
                         with it; curl -v or curl -i; a HAR file; a request
                         copied as cURL, fetch or PowerShell, as code or raw
                         HTTP; debug logs of botocore, awscurl, Go, Java;
                         the canonical request that the client signed
  --request FILE         this file is the request
  --canonical FILE       this file is the canonical request that the client
                         signed, to compare it with the gateway's
  --authorization VALUE  the request's Authorization header, if the file does
                         not have it
  --as PROFILE           with the secret of this profile (~/.aws/credentials or
                         .local/credentials) compute, offline, which usual
                         mistake gives the signature that was sent: a proof
  --local, --stage NAME  look routes and API keys up there, as 'call' does
  --json                 print JSON for programs, secrets masked

  npx tsx scripts/diagnose.ts answer.json --canonical canonical.txt
  curl -v … 2>&1 | npx tsx scripts/diagnose.ts
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
      as: { type: "string" },
      local: { type: "boolean" },
      stage: { type: "string" },
      json: { type: "boolean" },
    },
  });
  const evidence = await readEvidence({ ...values, files: positionals }, io);
  const lookedUp = await lookUpTarget(values, evidence.request, env);
  const observed = { ...evidence, lookedUp };
  const secretsOfProfile =
    values.as === undefined ? undefined : profileSecrets(values.as, env, await folderOfLocal());
  const proof = secretsOfProfile && proveCause(observed, secretsOfProfile);
  const diagnosis = proof?.found?.diagnosis ?? diagnose(observed);
  const causes = rankCauses(observed, diagnosis, proof?.found?.cause);

  const texts = evidence.pieces.map(({ bytes }) => bytes.toString()).concat(evidence.seen?.text ?? "");
  const secrets = createMask([
    ...secretsInHeaders(evidence.request?.headers ?? []),
    ...texts.flatMap(secretsIn),
    secretsOfProfile?.secretAccessKey,
    ...(secretsOfProfile?.others.values() ?? []),
  ]);
  const mask = (text: string): string => maskCanonical(secrets(text));
  io.out.write(
    values.json
      ? maskedJson({ ...diagnosis, causes, ...(proof && { proof: proof.note }) }, mask)
      : mask(
          renderDiagnosis(diagnosis, paintFor(io.out, env), causes) +
            (proof && !proof.found ? paragraph(proof.note, "  ") : ""),
        ),
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
  // Loaded here, since most diagnoses look nothing up, and the SDK and what loads a stack are large.
  const [{ lookUp }, { findTarget }] = await Promise.all([import("./call/look-up"), import("./call/target")]);
  return lookUp(findTarget({ target: choice }, env, await folderOfLocal()), { env, apiKey });
}

/** Loaded here too: what names stacks loads the settings, and with them the bundler. */
async function folderOfLocal(): Promise<string> {
  const { foundLocalFolder } = await import("./stage/local-files");
  return foundLocalFolder();
}

if (require.main === module) void runCommand(main);
