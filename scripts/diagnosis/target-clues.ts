import { type Clue, clueIf } from "./clue";
import type { Context } from "./context";

/** What in the address that was called makes another path of it, whatever the refusal says. */
export function targetClues({ message, observed, path = "", right, isUnknown }: Context): Clue[] {
  if (isUnknown) return [];
  const url = observed.seen?.url ?? "";
  const [, kept, lost] = /^([^#\s]*\/[^#\s/]*)#([^\s]+)$/.exec(url) ?? [];
  const resource = /on resource: arn:[^\s/]*\/([^\s"',;]+)/.exec(message)?.[1] ?? "";
  const swallowed = [resource, right?.uri ?? "", path].find((each) => QUERY_IN_PATH.test(each));
  return [
    ...clueIf(
      lost !== undefined,
      92,
      `The URL holds a #: what comes after it ('#${lost?.slice(0, LONGEST)}') is a fragment, which clients do not send, so the path that arrives ends before it.`,
      "Percent-encode the # of a value as %23.",
      `The URL that was called is ${kept?.slice(-LONGEST)}, to the #`,
    ),
    ...clueIf(
      swallowed !== undefined,
      93,
      "The query is a part of the path: its ? was percent-encoded (%3F), so the API gets a path that is not one of its routes and no parameters.",
      "Give the client path and query separately, or the whole URL as it is; encode the parameters' values, and not the ? before them.",
      `The path that arrived holds ${QUERY_IN_PATH.exec(swallowed ?? "")?.[0].slice(0, LONGEST)}`,
    ),
  ];
}

// ---------------------------------------------------------------------------------------------------- internal

const LONGEST = 60;

/** An encoded question mark with a parameter after it; AWS shows the path encoded once more. */
const QUERY_IN_PATH = /%(?:25)*3F[\w.~-]+(?:%(?:25)*3D|=)/i;
