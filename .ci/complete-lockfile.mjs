// Completes package-lock.json after `npm install` with a registry that does not hold every platform's packages.
// npm leaves out optional packages that it cannot find, and `npm ci` then calls the lock file out of date, here and on
// the platforms that need them. Their versions are known from whoever asks for them; the rest is in their names. So is the
// C library, which npm leaves out of packages that it did not install: without it npm installs the builds of both.
//
//   npm install NAME && node .ci/complete-lockfile.mjs

import { readFileSync, writeFileSync } from "node:fs";

const OS = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const CPU = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

/** By what a package for Linux is named after, as in `linux-x64-musl` and `linux-arm-gnueabihf`. */
const LIBC = { gnu: "glibc", musl: "musl" };

const path = "package-lock.json";
const lock = JSON.parse(readFileSync(path, "utf8"));
const missing = {};
for (const owner of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
    if (lock.packages[`node_modules/${name}`]?.version || !/^\d/.test(version)) continue;
    const words = name.split(/[/-]/);
    const only = (known) => known.filter((word) => words.includes(word));
    missing[`node_modules/${name}`] = {
      version,
      cpu: only(CPU),
      ...(owner.dev && { dev: true }),
      optional: true,
      os: only(OS),
    };
  }
}
const packages = Object.entries({ ...lock.packages, ...missing })
  .map(([name, entry]) => [name, withLibc(name, entry)])
  .sort(([a], [b]) => a.localeCompare(b, "en"));
writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
// Nothing that is installed here has changed by it: npm's note becomes the newer one, and make installs nothing again.
const note = "node_modules/.package-lock.json";
writeFileSync(note, readFileSync(note));
process.stdout.write(`${Object.keys(missing).length} packages of other platforms added to ${path}\n`);

function withLibc(name, entry) {
  const [, word] = /-linux-.*\b(gnu|musl)(?:eabi(?:hf)?)?$/.exec(name) ?? [];
  if (word === undefined || !entry.optional || entry.libc) return entry;
  return Object.fromEntries(
    Object.entries({ ...entry, libc: [LIBC[word]] }).sort(
      ([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1),
    ),
  );
}

/** npm writes a package's version and where it is from first, and the rest by name. */
function rank(member) {
  const first = ["version", "resolved", "integrity"].indexOf(member);
  return first === -1 ? 3 : first;
}
