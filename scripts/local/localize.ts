import { dnsSuffixOf } from "#load/assigned-values";
import type { Model } from "#model/model";
import { escapeRegExp } from "#text/escape-reg-exp";

/**
 * A text of a model with URLs of a gateway here, in place of those that lead to the API on AWS: by its own address, or by
 * a custom domain, whose base path stands for a stage.
 * @param url - the gateway's: `http://127.0.0.1:3000`
 */
export function localize(
  text: string,
  model: Pick<Model, "api" | "region" | "partition">,
  url: string,
): string {
  const known = urlsOf(model, url);
  const longestFirst = [...known.keys()].sort((one, other) => other.length - one.length);
  // Not a URL that only begins like one of these: it is another host's, or another path.
  const any = new RegExp(`(?:${longestFirst.map(escapeRegExp).join("|")})(?![\\w.:-])`, "g");
  return text.replace(any, (found) => known.get(found) ?? found);
}

// ---------------------------------------------------------------------------------------------------- internal

/** The URLs that belong to the API, and those below its domains that belong to others, which stay as they are. */
function urlsOf({ api, region, partition }: Pick<Model, "api" | "region" | "partition">, url: string) {
  const urls = new Map([[`https://${api.id}.execute-api.${region}.${dnsSuffixOf(partition)}`, url]]);
  for (const { name, mappings } of api.domains ?? []) {
    for (const { basePath, stage, isOfOtherApi } of mappings) {
      const there = `https://${name}${basePath === "" ? "" : `/${basePath}`}`;
      const here = stage === undefined ? url : `${url}/${stage}`;
      urls.set(there, isOfOtherApi ? there : here);
    }
  }
  return urls;
}
