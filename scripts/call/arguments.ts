import { parseArgs } from "node:util";
import { HTTP_METHODS } from "#model/rest-api";
import { UserError } from "#modules/project";
import { LANGUAGES, type Language } from "./print-code";

/** The arguments of `call`. */
export interface CallArguments {
  /** In upper case. */
  readonly method: string;
  /** Relative to the stage, query included: `/products?limit=2`. Or a whole URL. */
  readonly path: string;
  readonly target: TargetChoice;
  /** Whether the target was named; else it is the default. */
  readonly isTargetNamed: boolean;
  /** The profile to sign with. @default that of the target */
  readonly profile?: string;
  readonly signed: boolean;
  /** A client's name or a key's value; empty for the default client. */
  readonly apiKey?: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body itself, or `@FILE`. */
  readonly data?: string;
  readonly region?: string;
  /** Signs for several regions at once, with SigV4A. */
  readonly regionSet?: readonly string[];
  /** The saved outputs of the stage. @default those that `make deploy` saved */
  readonly outputs?: string;
  /** Seconds that the signing date is ahead of this machine's clock; `auto` measures them. */
  readonly clockOffset: number | "auto";
  readonly explain: boolean;
  readonly json: boolean;
  /** A role to take on before signing. */
  readonly role?: RoleChoice;
  /** Prints a presigned URL that is good for so many seconds, and sends nothing. */
  readonly presignSeconds?: number;
  /** Prints the request as code, and sends nothing. */
  readonly print?: Language;
}

/** A role, and what its trust policy asks for. */
export interface RoleChoice {
  readonly roleArn: string;
  readonly externalId?: string;
  /** The ARN or serial number of an MFA device, whose code is asked for. */
  readonly mfaSerial?: string;
}

/** The API to call. */
export type TargetChoice =
  | { readonly kind: "local" }
  | { readonly kind: "stage"; readonly stage: string }
  | { readonly kind: "url"; readonly url: string };

/**
 * Reads the command line.
 * @throws UserError for a mistake, and the errors of `parseArgs`
 */
export function readArguments(argv: readonly string[]): CallArguments {
  const { positionals, values } = parseArgs({
    args: joinValues(argv),
    allowPositionals: true,
    options: {
      local: { type: "boolean" },
      stage: { type: "string" },
      url: { type: "string" },
      as: { type: "string" },
      profile: { type: "string" },
      "role-arn": { type: "string" },
      "external-id": { type: "string" },
      "mfa-serial": { type: "string" },
      presign: { type: "string" },
      print: { type: "string" },
      unsigned: { type: "boolean" },
      "api-key": { type: "string" },
      header: { type: "string", multiple: true },
      data: { type: "string" },
      region: { type: "string" },
      "region-set": { type: "string" },
      outputs: { type: "string" },
      "clock-offset": { type: "string" },
      explain: { type: "boolean" },
      json: { type: "boolean" },
    },
  });
  const [method, path, ...more] = positionals;
  if (method === undefined || path === undefined || more.length > 0) {
    throw new UserError(
      positionals.length === 0
        ? "got nothing to call, expected METHOD PATH, such as make call REQUEST='GET /products' (--help)"
        : `got '${positionals.join(" ")}', expected METHOD PATH, such as GET /products (--help)`,
    );
  }
  if (values.unsigned && values.as !== undefined) {
    throw new UserError("--unsigned and --as: got both, expected one of them; --as PROFILE names the signer");
  }
  if (values.as !== undefined && values.profile !== undefined) {
    throw new UserError("--as and --profile: one of them; both name the profile that signs");
  }
  const target = readTarget(values);
  const profile = values.as ?? values.profile;
  const role = readRole(values);
  if (values.unsigned && (profile ?? role ?? values.presign) !== undefined) {
    throw new UserError(
      "--unsigned: leave out --profile, --role-arn and --presign, which are about a signature",
    );
  }
  if (values.presign !== undefined && values.print !== undefined) {
    throw new UserError("--presign and --print: one of them");
  }
  if (values.outputs !== undefined && target.kind !== "stage") {
    throw new UserError("--outputs: name their stage with --stage NAME");
  }
  return {
    method: readMethod(method),
    path: readPath(path),
    target,
    isTargetNamed: values.local === true || target.kind !== "local",
    profile,
    role,
    presignSeconds: readSeconds(values.presign),
    print: readLanguage(values.print),
    signed: !values.unsigned,
    apiKey: values["api-key"],
    headers: (values.header ?? []).map(readHeader),
    data: values.data,
    region: values.region,
    regionSet: readRegionSet(values["region-set"], values.region),
    outputs: values.outputs,
    clockOffset: readClockOffset(values["clock-offset"]),
    explain: values.explain ?? false,
    json: values.json ?? false,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/**
 * Joins two options to their values with `=`, since `parseArgs` cannot: `--api-key`, whose value is optional, and
 * `--clock-offset`, whose value may begin with a dash. The argument after `--api-key` is its value unless it is an
 * option, a PATH, or a METHOD that is followed by its PATH.
 */
function joinValues(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? "";
    const [next, behind] = argv.slice(index + 1);
    if (argument === "--api-key") {
      const isRequest = next !== undefined && METHODS.has(next.toUpperCase()) && behind?.startsWith("/");
      const hasValue = next !== undefined && !/^[-/]/.test(next) && !isRequest;
      joined.push(`--api-key=${hasValue ? next : ""}`);
      if (hasValue) index++;
    } else if (argument === "--clock-offset" && next !== undefined) {
      joined.push(`--clock-offset=${next}`);
      index++;
    } else joined.push(argument);
  }
  return joined;
}

const METHODS: ReadonlySet<string> = new Set(HTTP_METHODS);

function readMethod(text: string): string {
  const method = text.toUpperCase();
  if (METHODS.has(method)) return method;
  throw new UserError(`METHOD: got '${text}', expected one of ${HTTP_METHODS.join(", ")}, then the PATH`);
}

function readPath(text: string): string {
  if (text.startsWith("/") || (/^https?:\/\//i.test(text) && URL.canParse(text))) return text;
  throw new UserError(
    `PATH: got '${text}', expected a path that begins with '/': /${text.replace(/^[a-z]+:\/*/i, "")}`,
  );
}

function readTarget(values: {
  readonly local?: boolean;
  readonly stage?: string;
  readonly url?: string;
}): TargetChoice {
  const { local, stage, url } = values;
  const named = [local && "--local", stage !== undefined && "--stage", url !== undefined && "--url"].filter(
    Boolean,
  );
  if (named.length > 1) throw new UserError(`${named.join(" and ")}: one target at a time`);
  if (stage !== undefined) return { kind: "stage", stage };
  return url === undefined ? { kind: "local" } : { kind: "url", url };
}

/** A wrong value is not shown, since it may be a secret. */
function readHeader(text: string): [name: string, value: string] {
  const colon = text.indexOf(":");
  if (colon < 1) throw new UserError(`--header: got no colon, expected 'Name: value' in quotes`);
  const name = text.slice(0, colon).trim();
  const value = text.slice(colon + 1).trim();
  if (/^(content-length|transfer-encoding)$/i.test(name)) {
    throw new UserError(`--header: '${name}' is set from the body: leave it out`);
  }
  try {
    new Headers([[name, value]]);
  } catch {
    throw new UserError(
      `--header: '${name}' is not a header's name, or its value contains characters that HTTP does not allow`,
    );
  }
  return [name, value];
}

function readRegionSet(text: string | undefined, region: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  if (region !== undefined) throw new UserError("--region and --region-set: got both, expected one of them");
  const regions = text.split(",");
  if (regions.every((each) => /^[a-z0-9*-]+$/.test(each))) return regions;
  throw new UserError(`--region-set: got '${text}', expected regions such as us-east-1,eu-west-1 or us-*`);
}

function readRole(
  values: Readonly<Partial<Record<"role-arn" | "external-id" | "mfa-serial", string>>>,
): RoleChoice | undefined {
  const { "role-arn": roleArn, "external-id": externalId, "mfa-serial": mfaSerial } = values;
  if (roleArn === undefined) {
    if (externalId === undefined && mfaSerial === undefined) return undefined;
    throw new UserError("--external-id, --mfa-serial: say of which role, with --role-arn ARN");
  }
  if (!/^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(roleArn)) {
    throw new UserError(`--role-arn: got '${roleArn}', expected arn:aws:iam::ACCOUNT:role/NAME`);
  }
  return { roleArn, externalId, mfaSerial };
}

function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (/^\d{1,6}$/.test(text) && seconds >= 1 && seconds <= 604_800) return seconds;
  throw new UserError(
    `--presign: got '${text}', expected seconds from 1 to 604800 (API Gateway accepts 300)`,
  );
}

function readLanguage(text: string | undefined): Language | undefined {
  const found = LANGUAGES.find((each) => each === text);
  if (text === undefined || found !== undefined) return found;
  throw new UserError(`--print: got '${text}', expected one of ${LANGUAGES.join(", ")}`);
}

function readClockOffset(text: string | undefined): number | "auto" {
  if (text === undefined) return 0;
  if (text === "auto") return "auto";
  if (/^[+-]?\d{1,9}$/.test(text)) return Number(text);
  throw new UserError(`--clock-offset: got '${text}', expected seconds such as 90 or -90, or auto`);
}
