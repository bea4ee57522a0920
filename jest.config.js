/** Type-stripping only: `npm run typecheck` checks the types. */
const transform = {
  "\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" } }],
};

/** Each project runs the tests of some folders: `jest --selectProjects unit`. */
const project = (displayName, testMatch, more) => ({
  displayName,
  testEnvironment: "<rootDir>/test/support/jest/environment.cjs",
  runtime: "<rootDir>/test/support/jest/runtime.cjs",
  transform,
  testMatch: testMatch.map((pattern) => `<rootDir>/test/${pattern}`),
  ...more,
});

const globalSetup = "<rootDir>/test/support/start-of-run.ts";

/** A tenth of each law's cases, and no stack for each token of CDKTF: see the files. */
const moduleNameMapper = {
  "^fast-check$": "<rootDir>/test/support/laws.cjs",
  "^\\.(/tokens)?(/private)?/stack-trace$": "<rootDir>/test/support/no-creation-stacks.cjs",
};

/** @type {import("jest").Config} */
module.exports = {
  testTimeout: 180_000,
  projects: [
    project("unit", ["*.test.ts", "!(deploy|browser)/**/*.test.ts"], { globalSetup, moduleNameMapper }),
    project("deploy", ["deploy/*.test.ts"]),
    project("deploy-deep", ["deploy/deep/*.test.ts"]),
    project("browser", ["browser/*.test.ts"], { globalSetup }),
  ],
};
