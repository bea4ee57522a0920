import { toCaller } from "#iam/caller";
import type { NamedPolicy, Principal } from "#iam/identity";
import type { ContextKeys } from "#iam/request-context";
import { actionsOfTomorrow, neighbours } from "./around";
import { administrator, service, strangers } from "./askers";
import {
  ACCOUNT,
  BUCKET,
  IN_OWN_BUCKET,
  JOBS,
  PROVIDER,
  REGION,
  STACKS,
  WORK,
} from "./bootstrap-expectation";
import type { BootstrapPolicies } from "./bootstrap-policies";
import { CATALOGUE } from "./catalogue";
import { type Examples, type Need, needsQuestions, type Surroundings } from "./needs";
import { type Asker, askAs } from "./question";
import type { Subject } from "./violations";

/** The policies of the bootstrap stack, each with what it is asked. */
export function bootstrapSubjects({ principals, bucket }: BootstrapPolicies): Subject[] {
  const role = (name: string): Principal => {
    const found = principals.find((each) => each.name === `signed-inventory-bootstrap-${name}`);
    if (found === undefined) throw new Error(`no role ${name}`);
    return found;
  };
  const [plan, deploy, logs] = [role("plan"), role("deploy"), role("api-logs")];
  return [
    roleSubject(plan, needsOf("plan")),
    roleSubject(deploy, needsOf("deploy")),
    roleSubject(logs, TO_WRITE_LOGS),
    trustInJobs(plan, JOBS.plan),
    trustInJobs(deploy, JOBS.deploy),
    trustInLogs(logs),
    bucketSubject(bucket, deploy),
  ];
}

function roleSubject(role: Principal, needs: readonly Need[]): Subject {
  return {
    name: role.name,
    policies: { identity: role.identityPolicies },
    questions: needsQuestions(toCaller(role, "session"), ACCOUNT, needs, SURROUNDINGS, EXAMPLES),
  };
}

const EXAMPLES: Examples = {
  name: ["get-index", "x"],
  run: ["1234567890"],
  path: ["a1b2c3d4e5", "a1b2c3d4e5/stages/dev"],
  group: [":log-stream:", "/aws/lambda/orders:log-stream:x"],
};

/** A value of another thing, which is an ARN if this one is: operators for ARNs compare nothing else. */
function otherThan(value: string): string {
  return value.startsWith("arn:") ? "arn:aws:iam::aws:policy/AdministratorAccess" : "other";
}

function needsOf(job: "plan" | "deploy"): Need[] {
  return STACKS.flatMap((stack) =>
    WORK.flatMap(({ service: prefix, on, plan = "", deploy = "", context = {} }): Need[] => {
      const stage = stack.slice("signed-inventory-".length);
      const inStack = (text: string): string => text.replaceAll("STACK", stack).replaceAll("STAGE", stage);
      const [example = ""] = EXAMPLES["name"] ?? [];
      const filled = (text: string): string => text.replace("{name}", example);
      const carried = Object.entries(context).map(([key, value]) => [key, inStack(value)] as const);
      const right: ContextKeys = Object.fromEntries(carried.map(([key, value]) => [key, filled(value)]));
      const wrong = carried.flatMap(([key, value]) =>
        [undefined, otherThan(value), ...neighbours(value).map(filled)].map((other) => ({
          ...right,
          [key]: other,
        })),
      );
      const names = (job === "plan" ? plan : `${plan} ${deploy}`).split(" ").filter((name) => name !== "");
      return names.map((name) => ({
        action: `${prefix}:${name}`,
        resources: on.map(inStack),
        context: right,
        notWith: wrong,
      }));
    }),
  );
}

/** What API Gateway needs to write the logs of any API, whose groups are not known here. */
const TO_WRITE_LOGS: readonly Need[] = [
  "CreateLogGroup",
  "CreateLogStream",
  "DescribeLogGroups",
  "DescribeLogStreams",
  "FilterLogEvents",
  "GetLogEvents",
  "PutLogEvents",
].map((name) => ({ action: `logs:${name}`, resources: ["*"] }));

const SURROUNDINGS: Surroundings = {
  // What the bootstrap stack itself made, what is in a stage's table, and what belongs to others.
  kinds: [
    `${BUCKET}/signed-inventory-bootstrap.tfstate`,
    "arn:aws:s3:::orders",
    `arn:aws:iam::${ACCOUNT}:role/signed-inventory-bootstrap-deploy`,
    `arn:aws:iam::${ACCOUNT}:role/Admin`,
    `arn:aws:iam::${ACCOUNT}:user/carlos`,
    `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`,
    "arn:aws:iam::aws:policy/AdministratorAccess",
    `arn:aws:lambda:${REGION}:${ACCOUNT}:function:orders`,
    `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/orders`,
    `arn:aws:apigateway:${REGION}::/account`,
    `arn:aws:execute-api:${REGION}:${ACCOUNT}:a1b2c3d4e5/dev/GET/products`,
    `arn:aws:sns:${REGION}:${ACCOUNT}:orders`,
    `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  ],
  world: [],
};

const ASSUME = "sts:AssumeRoleWithWebIdentity";

/** Who may take a role with a token of GitHub's: the jobs named, and no token that says anything else. */
function trustInJobs(role: Principal, jobs: readonly Readonly<Record<string, string>>[]): Subject {
  const job = (context: ContextKeys): Asker => ({
    caller: { kind: "federated", provider: PROVIDER },
    context: { "token.actions.githubusercontent.com:ref": "refs/pull/7/merge", ...context },
  });
  const wrong = jobs.flatMap((context) =>
    Object.entries(context).flatMap(([key, value]) =>
      ["other", undefined, ...neighbours(value)].map((other) => job({ ...context, [key]: other })),
    ),
  );
  const others = [administrator(ACCOUNT), ...strangers(ACCOUNT, [PROVIDER], jobs[0] ?? {})];
  const actions = [...(CATALOGUE.get("sts") ?? []), ...actionsOfTomorrow(ASSUME)].filter(
    (each) => each !== ASSUME,
  );
  const ask = (asker: Asker, allowed: boolean, action = ASSUME) =>
    askAs(asker, ACCOUNT)(allowed, action, role.arn);
  return {
    name: `trust in ${role.name}`,
    policies: { identity: [], trust: role.trustPolicy },
    questions: [
      ...jobs.map((context) => ask(job(context), true)),
      ...[...wrong, ...others].map((asker) => ask(asker, false)),
      ...actions.flatMap((action) => jobs.map((context) => ask(job(context), false, action))),
    ],
  };
}

/** API Gateway, which does not say for whom, and no other principal. */
function trustInLogs(role: Principal): Subject {
  const gateway = service("apigateway");
  const others = [administrator(ACCOUNT), ...strangers(ACCOUNT, ["apigateway"], {})];
  const actions = [...(CATALOGUE.get("sts") ?? []), ...actionsOfTomorrow("sts:AssumeRole")];
  return {
    name: `trust in ${role.name}`,
    policies: { identity: [], trust: role.trustPolicy },
    questions: actions.flatMap((action) => [
      askAs(gateway, ACCOUNT)(action === "sts:AssumeRole", action, role.arn),
      ...others.map((asker) => askAs(asker, ACCOUNT)(false, action, role.arn)),
    ]),
  };
}

/** The bucket's own policy lets no caller in, and keeps all out that do not come over TLS. */
function bucketSubject(policy: NamedPolicy, deploy: Principal): Subject {
  const state = `${BUCKET}/signed-inventory-dev.tfstate`;
  const overTls = { ...IN_OWN_BUCKET, "aws:SecureTransport": true };
  const inClear = { ...IN_OWN_BUCKET, "aws:SecureTransport": false };
  const deploying: Asker = { caller: toCaller(deploy, "session"), brings: deploy.identityPolicies };
  const ask = (asker: Asker, context: ContextKeys, action: string, resource: string, allowed: boolean) =>
    askAs({ ...asker, context }, ACCOUNT)(allowed, action, resource);
  const all = administrator(ACCOUNT);
  return {
    name: "the state bucket's policy",
    policies: { identity: [], resource: policy },
    questions: [
      ask(deploying, overTls, "s3:GetObject", state, true),
      ask(deploying, inClear, "s3:GetObject", state, false),
      // What is none of the bucket's is none of its policy's.
      ...[...neighbours(BUCKET), ...neighbours(`${BUCKET}/{key}`)]
        .filter((other) => !other.startsWith(`${BUCKET}/`))
        .map((other) => ask(all, inClear, "s3:GetObject", other, true)),
      ask(all, inClear, "s3-object-lambda:GetObject", BUCKET, true),
      ...[overTls, inClear].flatMap((context) =>
        strangers(ACCOUNT, [], context).flatMap((asker) =>
          [BUCKET, state].map((resource) => ask(asker, context, "s3:GetObject", resource, false)),
        ),
      ),
      ...[BUCKET, state].flatMap((resource) =>
        (CATALOGUE.get("s3") ?? []).flatMap((action) => [
          ask(all, overTls, action, resource, true),
          ask(all, inClear, action, resource, false),
        ]),
      ),
    ],
  };
}
