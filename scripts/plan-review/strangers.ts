import { groupBy } from "#plan/grouping";
import type { Change } from "#plan/plan";
import { isList, isObject, type Value } from "#terraform/value";
import type { AccountAppears } from "./finding";

/**
 * Finds the numbers of accounts that are not the stack's in values that did not have them, whatever the resource and the
 * attribute: who reads them next may be anyone.
 * @param own - the accounts that are not strangers
 * @param isOwnKnown - whether the stack's is among them: a first plan may not say which it is
 */
export function reviewAccounts(
  changes: readonly Change[],
  own: ReadonlySet<string>,
  isOwnKnown: boolean,
): AccountAppears[] {
  const places = changes
    .filter(({ action, mode }) => mode === "managed" && MAKING.has(action))
    .flatMap((change) => {
      const known = new Set(accountsIn(change.before, "").map(({ account }) => account));
      return accountsIn(change.after, "")
        .filter(({ account }) => !own.has(account) && !known.has(account))
        .map(({ account, path }) => ({ account, address: change.address, path }));
    });
  return [...groupBy(places, ({ account }) => account)].map(([account, found]) => {
    const once = new Map(found.map(({ address, path }) => [`${address} ${path}`, { address, path }]));
    return { kind: "account-appears", account, isOwnKnown, in: [...once.values()] };
  });
}

const MAKING: ReadonlySet<Change["action"]> = new Set(["create", "update", "replace"]);

/**
 * An account as a value of its own, in an ARN, in the URL of a queue or an image, and before `:root`. Twelve digits
 * elsewhere may be anything.
 */
const ACCOUNT = /(?:^|:|\/|")(\d{12})(?=$|:|\/|"|\.dkr\.ecr\.)/g;

function accountsIn(value: Value | undefined, path: string): { account: string; path: string }[] {
  if (isList(value)) return value.flatMap((item) => accountsIn(item, path));
  if (isObject(value)) {
    return Object.entries(value).flatMap(([name, item]) => {
      const at = path === "" ? name : `${path}.${name}`;
      return TAGS.test(at) ? [] : [...accountsIn(name, at), ...accountsIn(item, at)];
    });
  }
  if (typeof value !== "string") return [];
  return [...value.matchAll(ACCOUNT)].flatMap(([, account]) =>
    account === undefined ? [] : [{ account, path }],
  );
}

/** What people write beside a resource means nothing to AWS. */
const TAGS = /^(tags|tags_all|description)(\.|$)/;
