import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { PROJECT_ROOT } from "#self/repository";

/**
 * The architecture, from the ground up: what a folder may import, and which of its files other folders may import. A row
 * may name only rows above it, so folders cannot import each other in a circle. What no row allows is refused, and so is
 * what a row allows and no file needs any more.
 */
interface Room {
  /** A folder below the project, or a file that is a room of its own. Of two rows that fit, the longer one counts. */
  readonly of: string;
  readonly mayImport: readonly string[];
  /** The files that other rooms may import, without their extension; the rest is the room's own business. */
  readonly faces: string;
}

const ROOMS: readonly Room[] = [
  {
    of: "functions/lib/",
    mayImport: [],
    faces:
      "api-handler dynamodb-client env invalid-request json-body json-schema log request-to-sign response sigv4",
  },
  {
    of: "kit/lambda.ts",
    mayImport: ["functions/lib/"],
    faces: "",
  },
  {
    of: "functions/lib/product",
    mayImport: ["functions/lib/", "kit/lambda.ts"],
    faces: "-store",
  },
  {
    of: "functions/lib/dynamodb-product-store.ts",
    mayImport: ["functions/lib/product"],
    faces: "",
  },
  {
    of: "functions/lib/page-token.ts",
    mayImport: ["kit/lambda.ts", "functions/lib/product"],
    faces: "",
  },
  {
    of: "functions/lib/path-code.ts",
    mayImport: ["kit/lambda.ts", "functions/lib/product"],
    faces: "",
  },
  {
    of: "functions/",
    mayImport: [
      "kit/lambda.ts",
      "functions/lib/product",
      "functions/lib/dynamodb-product-store.ts",
      "functions/lib/page-token.ts",
      "functions/lib/path-code.ts",
    ],
    faces: "",
  },
  {
    of: "modules/project.ts",
    mayImport: [],
    faces: "",
  },
  {
    of: "modules/write-file.ts",
    mayImport: ["modules/project.ts"],
    faces: "",
  },
  {
    of: "modules/bundle/",
    mayImport: ["modules/project.ts", "modules/write-file.ts"],
    faces: "build-once build-record bundle bundle-options bundling packages zip",
  },
  {
    of: "modules/config/",
    mayImport: ["modules/project.ts", "modules/bundle/"],
    faces: "check-config limits load-config project-config stage-settings",
  },
  {
    of: "modules/",
    mayImport: ["modules/project.ts", "modules/bundle/", "modules/config/"],
    faces:
      "account alarms api-clients api-stack authorizer dns-suffix event-source http-integration invoke-role nodejs-function parameter physical-name policy project-stack queue rest-api route schedule secret settings table topic",
  },
  {
    of: "modules/bootstrap/",
    mayImport: ["modules/project.ts", "modules/"],
    faces: "bootstrap-stack",
  },
  {
    of: "modules/app.ts",
    mayImport: ["modules/project.ts", "modules/config/", "modules/", "modules/bootstrap/"],
    faces: "",
  },
  {
    of: "kit/constructs.ts",
    mayImport: ["modules/project.ts", "modules/bundle/", "modules/", "modules/app.ts"],
    faces: "",
  },
  {
    of: "kit/config.ts",
    mayImport: ["modules/config/"],
    faces: "",
  },
  {
    of: "kit/commands.ts",
    mayImport: [],
    faces: "",
  },
  {
    of: "seeds/",
    mayImport: ["functions/lib/product"],
    faces: "products",
  },
  {
    of: "project.config.ts",
    mayImport: ["kit/config.ts", "seeds/"],
    faces: "",
  },
  {
    of: "main.ts",
    mayImport: ["kit/constructs.ts"],
    faces: "",
  },
  {
    of: "scripts/sigv4/",
    mayImport: [],
    faces:
      "ambiguity amz-date bytes canonical-request changed-headers credential-checks json-nesting mistake mistakes normalized-path parse-authorization percent-encoding proof refusal reproducer request signature signing string-to-sign target verify",
  },
  {
    of: "scripts/text/",
    mayImport: ["scripts/sigv4/"],
    faces: "escape-reg-exp hide-secrets looks-secret parse-json printable redact secrets shared-credentials",
  },
  {
    of: "scripts/iam/",
    mayImport: ["scripts/text/"],
    faces:
      "arn-pattern caller evaluate explain identity parse-policy policy request-context statement variables verdict wildcard",
  },
  {
    of: "scripts/model/",
    mayImport: ["scripts/iam/"],
    faces: "derive event-source key-standing lambda-function local-run model rest-api table usage-plan",
  },
  {
    of: "scripts/vtl/",
    mayImport: [],
    faces: "engine",
  },
  {
    of: "scripts/upstream/",
    mayImport: ["scripts/sigv4/", "scripts/text/", "scripts/iam/"],
    faces: "aws-call call-aws role-check send",
  },
  {
    of: "scripts/services/",
    mayImport: ["scripts/sigv4/", "scripts/text/", "scripts/iam/", "scripts/model/", "scripts/upstream/"],
    faces: "service-gate",
  },
  {
    of: "scripts/lambda/",
    mayImport: ["modules/project.ts", "modules/write-file.ts", "modules/bundle/", "scripts/model/"],
    faces: "bundle-module functions invocation",
  },
  {
    of: "scripts/gateway/",
    mayImport: [
      "modules/project.ts",
      "scripts/sigv4/",
      "scripts/text/",
      "scripts/iam/",
      "scripts/model/",
      "scripts/vtl/",
      "scripts/upstream/",
      "scripts/lambda/",
    ],
    faces:
      "gates/authorize gates/match gates/nearest-route gates/path-template gates/token-bucket gates/usage-plan gates/user-pool gates/validate gateway gateway-response http/loopback http/response-headers http/server integrate/literal-template integrate/mapped/expressions integrate/mapped/parameters random-hex refusal request-log",
  },
  {
    of: "scripts/access/",
    mayImport: ["scripts/iam/", "scripts/model/", "scripts/gateway/"],
    faces: "authorization-matrix least-privilege",
  },
  {
    of: "scripts/aws/",
    mayImport: ["functions/lib/", "modules/project.ts", "modules/config/", "modules/"],
    faces: "assume-role aws-mistakes aws-request control-plane credentials",
  },
  {
    of: "scripts/cli/",
    mayImport: ["modules/project.ts", "modules/write-file.ts", "scripts/text/"],
    faces:
      "command env-file find-chromium private-files process-lock.d.cts progress run-program table update-file",
  },
  {
    of: "scripts/diagnosis/",
    mayImport: [
      "scripts/sigv4/",
      "scripts/text/",
      "scripts/iam/",
      "scripts/model/",
      "scripts/gateway/",
      "scripts/cli/",
    ],
    faces: "causes compare-canonical diagnose diagnosis observed prove-cause render signer",
  },
  {
    of: "scripts/evidence/",
    mayImport: [
      "modules/project.ts",
      "scripts/sigv4/",
      "scripts/text/",
      "scripts/cli/",
      "scripts/diagnosis/",
    ],
    faces: "files profile-secrets secrets",
  },
  {
    of: "scripts/terraform/",
    mayImport: [],
    faces: "document evaluate problem value",
  },
  {
    of: "scripts/load/",
    mayImport: ["scripts/iam/", "scripts/model/", "scripts/vtl/", "scripts/gateway/", "scripts/terraform/"],
    faces: "assigned-values aws-managed-policies load-model local-settings memo",
  },
  {
    of: "scripts/dynamodb/",
    mayImport: [
      "modules/project.ts",
      "modules/write-file.ts",
      "scripts/sigv4/",
      "scripts/text/",
      "scripts/iam/",
      "scripts/model/",
      "scripts/lambda/",
    ],
    faces: "dynamodb table-access",
  },
  {
    of: "scripts/events/",
    mayImport: ["scripts/text/", "scripts/model/", "scripts/upstream/", "scripts/lambda/"],
    faces: "events",
  },
  {
    of: "scripts/local/",
    mayImport: [
      "modules/project.ts",
      "scripts/text/",
      "scripts/iam/",
      "scripts/model/",
      "scripts/upstream/",
      "scripts/services/",
      "scripts/lambda/",
      "scripts/gateway/",
      "scripts/load/",
      "scripts/dynamodb/",
      "scripts/events/",
    ],
    faces: "credentials start token-issuer",
  },
  {
    of: "scripts/stage/",
    mayImport: [
      "functions/lib/",
      "modules/project.ts",
      "modules/write-file.ts",
      "modules/config/",
      "modules/",
      "scripts/text/",
      "scripts/iam/",
      "scripts/model/",
      "scripts/lambda/",
      "scripts/gateway/",
      "scripts/access/",
      "scripts/cli/",
      "scripts/load/",
      "scripts/dynamodb/",
      "scripts/local/",
    ],
    faces:
      "cdktf-out installed-terraform load-stage load-state local-files local-folder local-json local-outputs outputs seed-items seed-table stack-name start-stage synthesize terraform-runner test-events test-stage user-pool-key",
  },
  {
    of: "scripts/call/",
    mayImport: [
      "functions/lib/",
      "modules/project.ts",
      "modules/config/",
      "modules/",
      "scripts/sigv4/",
      "scripts/text/",
      "scripts/model/",
      "scripts/gateway/",
      "scripts/aws/",
      "scripts/cli/",
      "scripts/diagnosis/",
      "scripts/load/",
      "scripts/stage/",
    ],
    faces:
      "api-key api-request arguments call exchange explanation look-up open-target send sign-as sigv4a target",
  },
  {
    of: "scripts/demo/",
    mayImport: [
      "functions/lib/",
      "modules/config/",
      "scripts/text/",
      "scripts/cli/",
      "scripts/diagnosis/",
      "scripts/call/",
    ],
    faces: "print-tour tour",
  },
  {
    of: "scripts/plan/",
    mayImport: ["modules/project.ts", "scripts/text/", "scripts/terraform/", "scripts/load/"],
    faces: "configuration grouping plan read-plan secrets snapshot",
  },
  {
    of: "scripts/plan-rules/",
    mayImport: ["scripts/terraform/", "scripts/plan/"],
    faces: "judge-changes leaves prices rule table",
  },
  {
    of: "scripts/plan-review/",
    mayImport: [
      "modules/project.ts",
      "scripts/text/",
      "scripts/iam/",
      "scripts/model/",
      "scripts/gateway/",
      "scripts/access/",
      "scripts/cli/",
      "scripts/terraform/",
      "scripts/load/",
      "scripts/stage/",
      "scripts/plan/",
      "scripts/plan-rules/",
    ],
    faces: "accepted make-plan origin review write/review",
  },
  {
    of: "scripts/deploy/",
    mayImport: ["modules/project.ts", "scripts/cli/", "scripts/stage/", "scripts/plan/"],
    faces: "publish-again",
  },
  {
    of: "scripts/dev/",
    mayImport: [
      "modules/project.ts",
      "modules/bundle/",
      "modules/",
      "scripts/text/",
      "scripts/iam/",
      "scripts/model/",
      "scripts/gateway/",
      "scripts/access/",
      "scripts/cli/",
      "scripts/load/",
      "scripts/local/",
      "scripts/stage/",
    ],
    faces: "dev-screen endpoint serve-stage serve-state",
  },
  {
    of: "scripts/doctor/",
    mayImport: ["functions/lib/", "scripts/aws/", "scripts/cli/", "scripts/stage/"],
    faces: "aws finding github machine",
  },
  {
    of: "scripts/trace/",
    mayImport: ["modules/bundle/"],
    faces: "decode",
  },
  {
    of: "scripts/plan-comment/",
    mayImport: ["modules/project.ts", "scripts/plan-review/"],
    faces: "artifact check-review github",
  },
  {
    of: "scripts/saved-plan/",
    mayImport: [
      "modules/project.ts",
      "modules/write-file.ts",
      "modules/bundle/",
      "scripts/text/",
      "scripts/aws/",
      "scripts/stage/",
      "scripts/plan/",
    ],
    faces: "archive readable-plan s3-objects",
  },
  {
    of: "kit/testing.ts",
    mayImport: ["scripts/access/", "scripts/stage/"],
    faces: "",
  },
  {
    of: "scripts/self/",
    mayImport: [
      "functions/lib/",
      "functions/lib/dynamodb-product-store.ts",
      "modules/project.ts",
      "modules/write-file.ts",
      "modules/bundle/",
      "modules/config/",
      "modules/",
      "kit/commands.ts",
      "seeds/",
      "scripts/sigv4/",
      "scripts/text/",
      "scripts/iam/",
      "scripts/model/",
      "scripts/lambda/",
      "scripts/gateway/",
      "scripts/access/",
      "scripts/cli/",
      "scripts/load/",
      "scripts/dynamodb/",
      "scripts/local/",
      "scripts/stage/",
      "scripts/call/",
      "scripts/demo/",
      "scripts/plan-rules/",
      "scripts/dev/",
    ],
    faces:
      "attack/results bench/dev-loop bench/gateway-benchmark bench/growth bench/kit bench/lambda/cold bench/lambda/node bench/lambda/warm bench/report/dev-loop bench/report/gateway bench/report/growth bench/report/kit bench/report/lambda bench/results docs/example docs/example-gateway docs/public-apis docs/readme docs/rules-page docs/screenshots docs/sessions docs/signing-guide docs/start-chromium docs/terminal-svg pack/api-report pack/build-kit pack/release repository",
  },
  {
    of: "scripts/synth-diff/",
    mayImport: ["modules/project.ts", "scripts/cli/"],
    faces: "diff",
  },
  {
    of: "scripts/verify/",
    mayImport: [
      "functions/lib/",
      "modules/project.ts",
      "modules/config/",
      "scripts/sigv4/",
      "scripts/text/",
      "scripts/model/",
      "scripts/access/",
      "scripts/cli/",
      "scripts/terraform/",
      "scripts/local/",
      "scripts/call/",
    ],
    faces: "read-matrix verify-api",
  },
  {
    of: "scripts/",
    mayImport: [
      "modules/project.ts",
      "modules/write-file.ts",
      "modules/bundle/",
      "modules/config/",
      "modules/",
      "scripts/sigv4/",
      "scripts/text/",
      "scripts/model/",
      "scripts/access/",
      "scripts/aws/",
      "scripts/cli/",
      "scripts/diagnosis/",
      "scripts/evidence/",
      "scripts/terraform/",
      "scripts/load/",
      "scripts/local/",
      "scripts/stage/",
      "scripts/call/",
      "scripts/demo/",
      "scripts/plan/",
      "scripts/plan-review/",
      "scripts/deploy/",
      "scripts/dev/",
      "scripts/doctor/",
      "scripts/trace/",
      "scripts/plan-comment/",
      "scripts/saved-plan/",
      "scripts/self/",
      "scripts/synth-diff/",
      "scripts/verify/",
    ],
    faces: "",
  },
  {
    of: "kit/bin.ts",
    mayImport: ["kit/commands.ts"],
    faces: "",
  },
];

const sources = ["functions", "kit", "modules", "scripts", "seeds"]
  .flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) =>
      join(folder, name),
    ),
  )
  .filter((path) => /\.c?ts$/.test(path))
  .concat("main.ts", "project.config.ts");

const files = new Set(sources);

interface Import {
  readonly path: string;
  /** A file of the project, or the name of a package. */
  readonly target: string;
}

const imports: readonly Import[] = sources.flatMap((path) => {
  const text = readFileSync(join(PROJECT_ROOT, path), "utf8");
  return [...text.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*"([^"]+)"/g)].map(
    ([, name = ""]) => ({ path, target: resolveImport(path, name) }),
  );
});

const own = imports.filter(({ target }) => files.has(target));

/** The file that an import leads to, by the subpaths of package.json or from the importing file's folder. */
function resolveImport(path: string, name: string): string {
  const inside = name.startsWith(".")
    ? relative(PROJECT_ROOT, resolve(PROJECT_ROOT, dirname(path), name))
    : name.replace(/^#(?=(functions|kit|modules|seeds)\/)/, "").replace(/^#/, "scripts/");
  const candidates = [inside, `${inside}.ts`, inside.replace(/\.cjs$/, ".d.cts")];
  return candidates.find((file) => files.has(file)) ?? name;
}

function roomOf(path: string): Room {
  const fitting = ROOMS.filter(({ of }) => path.startsWith(of));
  return fitting.reduce((longest, room) => (room.of.length > longest.of.length ? room : longest));
}

/** A file as its room's row names it. */
function faceOf(path: string): string {
  return path.slice(roomOf(path).of.length).replace(/\.ts$/, "");
}

const across = own.filter(({ path, target }) => roomOf(path) !== roomOf(target));

test("each folder imports what its row allows, and no row allows more than is needed", () => {
  const needed = ROOMS.map(({ of }) => {
    const from = across.filter(({ path }) => roomOf(path).of === of);
    return {
      of,
      mayImport: ROOMS.map((room) => room.of).filter((name) =>
        from.some(({ target }) => roomOf(target).of === name),
      ),
    };
  });
  expect(needed).toEqual(ROOMS.map(({ of, mayImport }) => ({ of, mayImport })));
  expect(own.length).toBeGreaterThan(1_000);
});

test("of each folder the others import its faces alone", () => {
  const imported = ROOMS.map(({ of }) => {
    const names = across.filter(({ target }) => roomOf(target).of === of).map(({ target }) => faceOf(target));
    return { of, faces: [...new Set(names)].filter(Boolean).sort().join(" ") };
  });
  expect(imported).toEqual(ROOMS.map(({ of, faces }) => ({ of, faces })));
});

test("a folder imports those above it alone, so none import each other in a circle", () => {
  const order = ROOMS.map(({ of }) => of);
  for (const { of, mayImport } of ROOMS) {
    expect([of, mayImport.filter((name) => order.indexOf(name) >= order.indexOf(of))]).toEqual([of, []]);
  }
});

test("no files import each other in a circle", () => {
  expect(
    circle(
      new Map(
        sources.map((path) => [path, own.filter((each) => each.path === path).map(({ target }) => target)]),
      ),
    ),
  ).toEqual([]);
});

test("a circle of imports is found", () => {
  expect(
    circle(
      new Map([
        ["a", ["b"]],
        ["b", ["c"]],
        ["c", ["b"]],
      ]),
    ),
  ).toEqual(["b", "c"]);
});

/** The nodes of one circle, or none. */
function circle(edges: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const walk = (node: string, path: readonly string[]): readonly string[] => {
    if (path.includes(node)) return path.slice(path.indexOf(node));
    if (done.has(node)) return [];
    for (const next of edges.get(node) ?? []) {
      const found = walk(next, [...path, node]);
      if (found.length > 0) return found;
    }
    done.add(node);
    return [];
  };
  for (const node of edges.keys()) {
    const found = walk(node, []);
    if (found.length > 0) return found;
  }
  return [];
}

test("no folder of scripts/ holds 15 % of it", () => {
  const lines = (paths: readonly string[]): number =>
    paths.reduce((sum, path) => sum + readFileSync(join(PROJECT_ROOT, path), "utf8").split("\n").length, 0);
  const scripts = sources.filter((path) => path.startsWith("scripts/"));
  const largest = Math.max(...ROOMS.map((room) => lines(scripts.filter((path) => roomOf(path) === room))));
  expect(largest / lines(scripts)).toBeLessThan(0.15);
});

test("examples use the public faces of the kit alone", () => {
  const names = readdirSync(join(PROJECT_ROOT, "examples"), { recursive: true, encoding: "utf8" });
  const outside = names
    .filter((name) => /^\w+\/(?![.]|cdktf[.]out)/.test(name) && name.endsWith(".ts"))
    .flatMap((name) => {
      const text = readFileSync(join(PROJECT_ROOT, "examples", name), "utf8");
      return [...text.matchAll(/\b(?:from|import\()\s*"(#[^"]+)"/g)].map(([, target = ""]) => target);
    });
  expect([...new Set(outside)].sort()).toEqual(["#kit/config", "#kit/constructs", "#kit/lambda"]);
});

test("CDKTF and its bindings stay in main.ts and modules, by sub-path", () => {
  const cdktf = imports.filter(({ target }) => /^(cdkt[fn]|constructs|@cdkt[fn]\/)/.test(target));
  expect(cdktf.filter(({ path }) => path !== "main.ts" && !path.startsWith("modules/"))).toEqual([]);
  expect(cdktf.filter(({ target }) => /^@cdkt[fn]\/provider-aws$/.test(target))).toEqual([]);
  expect(cdktf.length).toBeGreaterThan(20);
});

test("constructs read no environment", () => {
  const readers = sources.filter(
    (path) =>
      path.startsWith("modules/") && readFileSync(join(PROJECT_ROOT, path), "utf8").includes("process.env"),
  );
  expect(readers).toEqual([]);
});

/** They know Terraform, API Gateway, IAM, Lambda, DynamoDB and SigV4, and nothing of this project's API. */
const KNOW_NO_PRODUCTS = [
  "sigv4",
  "text",
  "iam",
  "model",
  "terraform",
  "load",
  "gateway",
  "lambda",
  "dynamodb",
  "access",
  "local",
];

test("the rooms that serve any API know nothing of products", () => {
  const knowing = sources.filter(
    (path) =>
      KNOW_NO_PRODUCTS.some((room) => path.startsWith(`scripts/${room}/`)) &&
      /products_table|products_api|default_results|inStockQty/.test(
        readFileSync(join(PROJECT_ROOT, path), "utf8"),
      ),
  );
  expect(knowing).toEqual([]);
});
