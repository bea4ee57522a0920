import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { checkNode, checkNpm, checkPackages, checkPort, checkTerraform } from "#doctor/machine";
import { PROJECT_ROOT } from "#self/repository";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

/** A project with these locked and installed packages, as npm's lock files have them. */
function project(name: string, locked: object | undefined, installed?: object): string {
  const root = join(folder, name);
  mkdirSync(join(root, "node_modules"), { recursive: true });
  if (locked) writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages: locked }));
  if (installed) {
    const path = join(root, "node_modules", ".package-lock.json");
    writeFileSync(path, JSON.stringify({ packages: installed }));
  }
  return root;
}

test.each([
  ["v18.20.4", "missing"],
  ["v20.18.3", "missing"],
  ["v20.19.0", "ok"],
  ["v22.11.0", "missing"],
  ["v22.12.1", "ok"],
  ["v23.9.0", "missing"],
  ["v24.0.0", "ok"],
  ["v26.10.0", "ok"],
])("Node.js %s is %s", (version, status) => {
  expect(checkNode(version, PROJECT_ROOT)).toMatchObject({ status, found: version });
});

test("npm is found on the PATH, or missing", () => {
  expect(checkNpm({ PATH: process.env.PATH }).status).toBe("ok");
  expect(checkNpm({ PATH: folder })).toMatchObject({ status: "missing", found: "not on the PATH" });
});

test("a missing Terraform comes with what to do about it", () => {
  expect(checkTerraform({ PATH: folder })).toEqual({
    check: "Terraform",
    status: "missing",
    found: "no 'terraform' on the PATH",
    remedy:
      "expected Terraform 1.10 or newer; install it from https://developer.hashicorp.com/terraform/install",
  });
});

const A = { "node_modules/a": { version: "1.0.0" } };

test.each<[string, string, Partial<ReturnType<typeof checkPackages>>]>([
  ["as locked", project("same", { "": {}, ...A }, A), { status: "ok", found: "1 as locked" }],
  [
    "another version",
    project("other", A, { "node_modules/a": { version: "2.0.0" } }),
    { status: "missing", found: "1 not as locked, such as a", remedy: "npm ci" },
  ],
  ["one is missing", project("less", A, {}), { status: "missing", found: "1 not as locked, such as a" }],
  [
    "one for another platform is missing",
    project("platform", { ...A, "node_modules/@b/c": { version: "1.0.0", optional: true } }, A),
    { status: "ok" },
  ],
  [
    "another version of an optional one",
    project(
      "optional",
      { "node_modules/@b/c": { version: "1.0.0", optional: true } },
      { "node_modules/@b/c": { version: "1.1.0" } },
    ),
    { status: "missing", found: "1 not as locked, such as @b/c" },
  ],
  [
    "those of tests are not installed",
    project("running", { ...A, "node_modules/jest": { version: "1.0.0", dev: true } }, A),
    { status: "ok", found: "1 as locked, for running it here" },
  ],
  [
    "of those of tests one is missing",
    project(
      "testing",
      {
        "node_modules/jest": { version: "1.0.0", dev: true },
        "node_modules/knip": { version: "1.0.0", dev: true },
      },
      { "node_modules/jest": { version: "1.0.0", dev: true } },
    ),
    { status: "missing", found: "1 not as locked, such as knip" },
  ],
  ["nothing installed", project("nothing", A), { status: "missing", found: "not installed" }],
  ["no lock file", project("unlocked", undefined), { status: "missing", found: "no package-lock.json" }],
  ["this project's", PROJECT_ROOT, { status: "ok" }],
])("packages: %s", (_name, root, expected) => {
  expect(checkPackages(root)).toMatchObject(expected);
});

test("a port is free, taken, or none at all", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = String((server.address() as AddressInfo).port);
  expect(await checkPort(port)).toMatchObject({ check: `port ${port}`, status: "missing", found: "taken" });
  server.close();
  await once(server, "close");
  expect(await checkPort(port)).toMatchObject({ status: "ok", found: "free" });
  for (const wrong of ["", "http", "0", "65536", "1.5"]) {
    expect(await checkPort(wrong)).toMatchObject({ status: "missing", found: "not a port number" });
  }
});
