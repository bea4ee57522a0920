import { build } from "esbuild";
import { DEFAULT_RUNTIME } from "#modules/bundle/bundle";
import { bundleOptions } from "#modules/bundle/bundle-options";
import { PROJECT_ROOT } from "#self/repository";

/** A bundle has of the handler library what it uses, and nothing else. */

/** What a function's bundle is made of: the files of this project and the packages. */
async function partsOf(source: string): Promise<string[]> {
  const { entryPoints: _, ...options } = bundleOptions("index.ts", DEFAULT_RUNTIME);
  const { metafile } = await build({
    ...options,
    absWorkingDir: PROJECT_ROOT,
    stdin: { contents: source, resolveDir: PROJECT_ROOT, loader: "ts" },
    outdir: "out",
    write: false,
    metafile: true,
  });
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const names = used.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path);
  return [...new Set(names)].filter((name) => name !== "<stdin>").sort();
}

test("an answer brings the answers", async () => {
  expect(
    await partsOf(
      'import { jsonResponse } from "#kit/lambda"; export const handler = () => jsonResponse(200);',
    ),
  ).toEqual(["functions/lib/response.ts"]);
});

test("a signature brings the signer", async () => {
  const parts = await partsOf(
    'import { signRequest } from "#kit/lambda"; export const handler = signRequest;',
  );
  expect(parts).toEqual(expect.arrayContaining(["@smithy/signature-v4", "functions/lib/sigv4.ts"]));
});
