import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseAmzDate } from "#sigv4/amz-date";
import { type HeaderLine, headerValue, type RawRequest } from "#sigv4/request";
import { AWKWARD_REQUESTS, UNNORMALIZED_REQUESTS } from "./awkward-requests";
import { ANY_PATH, HOST, LONG_TERM, TEMPORARY, verdict } from "./signed-requests";

const HAS_BOTOCORE = spawnSync("python3", ["-c", "import botocore.auth"]).status === 0;

/** botocore signs a query as it is spelled in the URL: it takes only one that is in the canonical spelling. */
const NOT_CANONICAL = ["?a=x+y", "?q=(a)*~!'$,:@", "&c=d=e"];

const CASES = [...AWKWARD_REQUESTS, ...UNNORMALIZED_REQUESTS].flatMap((request) =>
  (["header", "query"] as const).flatMap((form) =>
    [LONG_TERM, TEMPORARY].map(({ accessKeyId, secretAccessKey, sessionToken }) => {
      const { method = "GET", path = "/", headers = {}, body = "" } = request;
      const credentials = { access_key: accessKeyId, secret_key: secretAccessKey, token: sessionToken };
      const normalized = AWKWARD_REQUESTS.includes(request);
      const canonical = form === "query" || !NOT_CANONICAL.some((query) => path.endsWith(query));
      return {
        method,
        path,
        url: `http://${HOST}${path}`,
        headers,
        body,
        form,
        credentials,
        accessKeyId,
        canonical,
        normalized,
        taken: canonical && normalized,
      };
    }),
  ),
);

(HAS_BOTOCORE ? describe : describe.skip)("what botocore signs", () => {
  const signed: { readonly url: string; readonly headers: readonly HeaderLine[]; readonly body: string }[] =
    HAS_BOTOCORE
      ? JSON.parse(
          execFileSync("python3", [join(__dirname, "../../support/sign-with-botocore.py")], {
            input: JSON.stringify(CASES),
            encoding: "utf8",
          }),
        )
      : [];

  /** The request as it arrives, and what the verifier says of it at the time at which it was signed. */
  function receive(
    index: number,
    change: Partial<RawRequest> = {},
    options: Partial<typeof ANY_PATH> = {},
  ): { target: string; verdict: string } {
    const { url = "", headers = [], body = "" } = signed[index] ?? {};
    const { method = "" } = CASES[index] ?? {};
    const target = url.slice(`http://${HOST}`.length);
    const date = headerValue(headers, "x-amz-date") ?? /X-Amz-Date=(\w+)/.exec(target)?.[1] ?? "";
    const request = {
      method,
      target,
      headers: [["Host", HOST] as const, ...headers],
      body: Buffer.from(body),
    };
    const now = new Date((parseAmzDate(date) ?? 0) * 1000);
    return { target, verdict: verdict({ ...request, ...change }, { now, ...options }) };
  }

  test.each(CASES.map((each, index) => ({ ...each, index })))(
    "$method $path, $form form, $accessKeyId: taken: $taken",
    ({ index, canonical, normalized, taken }) => {
      const { target, verdict: asSigned } = receive(index);
      if (!normalized) expect(receive(index, {}, ANY_PATH).verdict).toBe(canonical ? "accepted" : asSigned);
      expect(asSigned).toMatch(taken ? /^accepted$/ : /^InvalidSignatureException: The request signature/);
      const changes: readonly Partial<RawRequest>[] = [
        { method: "PATCH" },
        { target: target.replace(/[^?]*/, "$&x") },
        { body: Buffer.from("another") },
      ];
      for (const change of changes) {
        expect(receive(index, change).verdict).toMatch(/^InvalidSignatureException: The request signature/);
      }
    },
  );
});
