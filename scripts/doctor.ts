import { parseArgs } from "node:util";
import { projectFolder } from "#modules/project";
import { readSettings } from "#modules/settings";
import { chainCredentials } from "./aws/credentials";
import { runCommand, withHelp } from "./cli/command";
import { type Cell, type Paint, paintFor, renderTable } from "./cli/table";
import { checkAws } from "./doctor/aws";
import type { Finding } from "./doctor/finding";
import { checkGithub } from "./doctor/github";
import { checkNode, checkNpm, checkPackages, checkPort, checkTerraform } from "./doctor/machine";

const USAGE = `usage: doctor.ts [--json] [--github]

Checks what 'make dev' and a deployment of STAGE (default dev) need: tools and
their versions, credentials and their identity, the bucket for the state, the
role for API Gateway's logs, the protection of the stage's environment on GitHub
(if GITHUB_REPOSITORY and GITHUB_TOKEN are set), and a free port. For each thing
that is missing it says what to run. Exit status: 1 if something is missing.

  --json    print JSON
  --github  check the environment on GitHub only, and fail if it cannot be read

  make doctor STAGE=prod
`;

/** Checks what is needed, and prints what is missing. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { json: { type: "boolean" }, github: { type: "boolean" } },
  });
  const { region, stateBucket, stage, stageName } = readSettings(env);
  const askGithub = () =>
    checkGithub({
      env,
      stageName,
      // What is not to be deleted by mistake is not to be deployed without a person either.
      needsReviewers: stage.deletionProtection,
      isRequired: values.github === true,
    });
  const findings = values.github
    ? [await askGithub()]
    : [
        checkNode(process.version, projectFolder()),
        checkNpm(env),
        checkPackages(projectFolder()),
        checkTerraform(env),
        ...(await checkAws({
          region,
          stateBucket,
          env,
          accessLogs: stage.accessLogs,
          credentials: chainCredentials,
        })),
        await askGithub(),
        await checkPort(env.PORT || "3000"),
      ];
  const isWell = findings.every(({ status }) => status !== "missing");
  io.out.write(
    values.json
      ? `${JSON.stringify({ ok: isWell, checks: findings }, null, 2)}\n`
      : renderFindings(findings, paintFor(io.out, env)),
  );
  return isWell ? 0 : 1;
});

const FORMATS = { ok: "green", missing: "red", skipped: "yellow" } as const;

function renderFindings(findings: readonly Finding[], paint: Paint): string {
  const rows = findings.map(({ check, status, found, remedy }): Cell[] => [
    check,
    { text: status, format: FORMATS[status] },
    remedy === undefined ? found : `${found}; ${remedy}`,
  ]);
  return renderTable(["CHECK", "STATUS", "FOUND"], rows, { paint });
}

if (require.main === module) void runCommand(main);
