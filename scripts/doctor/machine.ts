import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { runQuickly } from "#cli/run-program";
import { findTerraform } from "#stage/installed-terraform";
import { type Finding, missing, ok, PATIENCE_MILLISECONDS } from "./finding";

/**
 * Checks that package.json allows this version of Node.js.
 * @param version - such as `v24.1.0`
 * @param root - the project's folder
 */
export function checkNode(version: string, root: string): Finding {
  const { engines }: Manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const ranges = engines.node.split(" || ");
  const [major, minor] = majorAndMinor(version);
  const allowed = ranges.some((range) => {
    const [oldestMajor, oldestMinor] = majorAndMinor(range);
    return major === oldestMajor ? minor >= oldestMinor : range.startsWith(">=") && major > oldestMajor;
  });
  if (allowed) return ok("Node.js", version);
  return missing("Node.js", version, `install Node.js ${ranges.join(" or ")}: https://nodejs.org`);
}

/** The part of package.json that is read here. */
interface Manifest {
  readonly engines: { readonly node: string };
}

/** @param text - such as `v24.1.0`, `^20.19.0` or `>=24.0.0` */
function majorAndMinor(text: string): [major: number, minor: number] {
  const [major, minor] = /(\d+)\.(\d+)/.exec(text)?.slice(1) ?? [];
  return [Number(major), Number(minor)];
}

/** Checks that npm is on the PATH. */
export function checkNpm(env: NodeJS.ProcessEnv): Finding {
  const { status, out } = runQuickly("npm", ["--version"], env, PATIENCE_MILLISECONDS);
  if (status === 0) return ok("npm", out.trim());
  return missing("npm", "not on the PATH", "install Node.js with npm: https://nodejs.org");
}

/** Checks that Terraform is installed, and new enough. */
export function checkTerraform(env: NodeJS.ProcessEnv): Finding {
  const terraform = findTerraform(env);
  return terraform.version === undefined
    ? missing("Terraform", terraform.found, terraform.expected)
    : ok("Terraform", terraform.version);
}

/** The part of an npm lock file that is read here. */
interface Lock {
  readonly packages?: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  /** Whether only some platforms need it. */
  readonly optional?: boolean;
  /** Whether only tests and deployments need it. */
  readonly dev?: boolean;
  readonly link?: boolean;
}

/**
 * Checks that the installed packages are those of the lock file. npm writes what it installed to another lock file, which
 * omits the packages of other platforms. `make dev` installs the packages for running the API here, and tests and
 * deployments add the rest.
 * @param root - the project's folder
 */
export function checkPackages(root: string): Finding {
  const remedy = "npm ci";
  const locked = readLock(join(root, "package-lock.json"));
  if (!locked) return missing("packages", "no package-lock.json", "git checkout package-lock.json");
  const installed = readLock(join(root, "node_modules", ".package-lock.json"));
  if (!installed) return missing("packages", "not installed", remedy);
  const hasDev = (packages: Lock["packages"] = {}) => Object.values(packages).some(({ dev }) => dev);
  const isForRunning = hasDev(locked) && !hasDev(installed);
  const names = Object.keys(locked).filter(
    (path) => path !== "" && !locked[path]?.link && !(isForRunning && locked[path]?.dev),
  );
  const other = names.filter((path) => {
    const version = installed[path]?.version;
    return version === undefined ? !locked[path]?.optional : version !== locked[path]?.version;
  });
  const [first] = other;
  if (first === undefined) {
    const count = `${Object.keys(installed).length} as locked`;
    return ok("packages", isForRunning ? `${count}, for running it here` : count);
  }
  const name = first.replace(/^.*node_modules\//, "");
  return missing("packages", `${other.length} not as locked, such as ${name}`, remedy);
}

function readLock(path: string): Lock["packages"] {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as Lock).packages;
  } catch {
    return undefined;
  }
}

/** Checks that the port of `make dev` is free on the loopback address. @param port - the variable PORT */
export async function checkPort(port: string): Promise<Finding> {
  const check = `port ${port}`;
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    return missing(check, "not a port number", "choose one from 1 to 65535: make dev PORT=3001");
  }
  const server = createServer();
  try {
    server.listen(number, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return missing(
      check,
      code === "EADDRINUSE" ? "taken" : `cannot be used (${code})`,
      "stop the program that uses it (perhaps a 'make dev'), or choose another: make dev PORT=3001",
    );
  }
  server.close();
  return ok(check, "free");
}
