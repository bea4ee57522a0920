import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "#diagnose";
import { captureIo } from "../support/captured-io";
import { temporaryFolder } from "../support/temporary-folder";
import { RefusingGateway, type Signed } from "./diagnosis/refusing-api";

/** `diagnose --as`: which mistakes give the signature that was sent. */

const folder = temporaryFolder();
const gateway = new RefusingGateway();

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function environment(): NodeJS.ProcessEnv {
  const profiles = ["reader", "stranger"].map((name) => {
    const { accessKeyId, secretAccessKey } = gateway.gateway.credentials(name);
    return `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  });
  const none = "[broken]\naws_access_key_id = AKIAEXAMPLE\n";
  return {
    AWS_SHARED_CREDENTIALS_FILE: file("credentials", profiles.join("\n") + none),
    AWS_CONFIG_FILE: file("config", "[profile sso]\nsso_session = x\n"),
  };
}

function asText({ method, target, headers, body }: Signed["request"]): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return `${method} ${target} HTTP/1.1\n${lines.join("\n")}\n\n${Buffer.from(body)}`;
}

async function diagnoseAs(signed: Signed, profile = "reader", withAnswer = true) {
  const { body } = await gateway.exchange(signed.request);
  const files = [
    file("request.http", asText(signed.request)),
    ...(withAnswer ? [file("answer.json", `${body}`)] : []),
  ];
  if (!withAnswer) files.push(file("words.txt", "403 - Invalid Signature"));
  const io = captureIo();
  const status = await main([...files, "--as", profile, "--json"], environment(), io);
  const { out } = io.written();
  const { secretAccessKey } = gateway.gateway.credentials("reader");
  expect(out).not.toContain(secretAccessKey);
  return { status, ...JSON.parse(out) };
}

const encodedOnce = () =>
  gateway.sign({ path: "/dev/signed/a%20b", canonical: (text) => text.replace("%2520", "%20") });

test.each([true, false])(
  "one mistake is proven, with the first difference (with the answer: %s)",
  async (withAnswer) => {
    const { fault, causes } = await diagnoseAs(encodedOnce(), "reader", withAnswer);
    expect(fault).toBe("path-encoded-once");
    expect(causes[0]).toEqual({
      cause: expect.stringContaining(
        "You signed '/dev/signed/a%20b'; API Gateway expects '/dev/signed/a%2520b' (CanonicalURI).",
      ),
      advice: expect.stringMatching(/encode/),
      evidence:
        "Signed in this way with the secret of 'reader', the request has the signature that was sent.",
      proven: true,
    });
    expect(causes.filter(({ proven }: { proven: boolean }) => proven)).toHaveLength(1);
  },
);

test("two mistakes at once are proven", async () => {
  const { causes } = await diagnoseAs(
    gateway.sign({
      path: "/dev/signed?b=1&a=x%20y",
      canonical: (text) =>
        text.replace("a=x%20y&b=1", "b=1&a=x%20y").replace(/^host:127\.0\.0\.1:\d+$/m, "host:127.0.0.1"),
    }),
  );
  expect(causes[0]).toMatchObject({
    cause: expect.stringMatching(/query was signed in another order, and the port is missing/),
    proven: true,
  });
});

test("the secret of another profile is named", async () => {
  const { secretAccessKey } = gateway.gateway.credentials("stranger");
  const signed = gateway.sign({ credentials: { ...gateway.gateway.credentials("reader"), secretAccessKey } });
  const { causes, fault } = await diagnoseAs(signed);
  expect([fault, causes[0].cause]).toEqual([
    "wrong-secret",
    expect.stringContaining("the profile 'stranger'"),
  ]);
});

test("what no mistake explains is not proven, and the rest is ranked", async () => {
  const signed = gateway.sign({ canonical: (text) => `${text} nobody signs this` });
  const { causes, proof } = await diagnoseAs(signed);
  expect(proof).toMatch(
    /^With the secret of 'reader' no usual mistake, and no two of them, give the signature/,
  );
  expect(causes.some(({ proven }: { proven: boolean }) => proven)).toBe(false);
});

test("a request that is signed rightly is not explained by its signature", async () => {
  const { causes } = await diagnoseAs(gateway.sign({ path: "/dev/signed" }), "reader", false);
  expect(causes[0]).toMatchObject({
    cause: expect.stringMatching(/is signed as it should be/),
    proven: true,
  });
});

test("without a signature nothing is proven", async () => {
  const io = captureIo();
  await main([file("answer.json", '{"message":"Forbidden"}'), "--as", "reader"], environment(), io);
  expect(io.written().out.replace(/\s+/g, " ")).toMatch(
    /Nothing can be proven without the signature that was sent/,
  );
});

test.each(["nobody", "broken", "sso"])("a profile without keys: '%s'", async (profile) => {
  await expect(
    main([file("a.json", "{}"), "--as", profile], environment(), captureIo()),
  ).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(
      /^--as: got '\w+', expected a profile with keys, .*have: reader, stranger/,
    ),
  });
});
