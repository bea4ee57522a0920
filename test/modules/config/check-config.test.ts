import { checkConfig } from "#modules/config/check-config";
import { projectConfig } from "#modules/config/load-config";
import { UserError } from "#modules/project";

const config = projectConfig();

test("this repository's own is taken as it is", () => {
  expect(checkConfig(config)).toBe(config);
});

test("accounts are those of stages, and of the bootstrap stack", () => {
  const accounts = { prod: "111122223333", bootstrap: "444455556666" };
  expect(checkConfig({ ...config, accounts })).toMatchObject({ accounts });
});

test.each<[change: object | undefined, message: string]>([
  [
    undefined,
    "project.config.ts: got no export named 'project', expected one: export const project: ProjectConfig = { … }",
  ],
  [
    { name: "Orders" },
    "project.config.ts: name: got 'Orders', expected small letters, digits and hyphens, from a letter on, 32 at most",
  ],
  [{ name: "orders-" }, "project.config.ts: name: got 'orders-', expected small letters,"],
  [{ name: "o".repeat(33) }, "expected small letters, digits and hyphens, from a letter on, 32 at most"],
  [{ name: undefined }, "project.config.ts: name: got 'undefined', expected small letters,"],
  [{ stages: {} }, "project.config.ts: stages: got 'none', expected one or more, by name"],
  [
    { stages: { "a/b": {} } },
    "project.config.ts: stages: got 'a/b', expected names of small letters, digits, hyphens and _",
  ],
  [
    { accounts: { nope: "111122223333" } },
    "project.config.ts: accounts: got 'nope', expected one of dev, prod, bootstrap",
  ],
  [
    { accounts: { dev: "1111" } },
    "project.config.ts: accounts.dev: got '1111', expected the 12 digits of an account, as text",
  ],
])("%j is refused", (change, message) => {
  const check = () => checkConfig(change && { ...config, ...change });
  expect(check).toThrow(UserError);
  expect(check).toThrow(message);
});
