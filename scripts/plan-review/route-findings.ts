import { lostGates } from "./gates";
import { groupBy } from "./grouping";
import type { RouteAccess } from "./route-access";
import { findTakers } from "./takeover";
import type { Markdown } from "./write/markdown";

/** A route of one API before and after; either may be missing. */
export type RoutePair = readonly [before: RouteAccess | undefined, after: RouteAccess | undefined];

/** Names a route in a sentence. */
export type Label = (access: RouteAccess) => Markdown;

/**
 * Where requests to an API need less than before. What is sent to a route that is gone may reach another one, and what
 * is sent to a new one may have reached another one before; only what reached none is new.
 */
export function routeFindings(pairs: readonly RoutePair[], label: Label): Markdown[] {
  const takersBefore = takersAmong(pairs.flatMap(([before]) => before ?? []));
  const takersAfter = takersAmong(pairs.flatMap(([, after]) => after ?? []));
  return pairs.flatMap(([before, after]) => {
    if (before && after) return finding(label(after), lostGates(before, after));
    if (before) {
      return takersAfter(before).flatMap((taker) =>
        finding(
          `${label(before)} is gone: its requests reach ${label(taker)}, which`,
          lostGates(before, taker),
        ),
      );
    }
    if (!after) return [];
    const takers = takersBefore(after);
    if (takers.length === 0) return finding(`${label(after)} is new and`, lostGates(undefined, after));
    return takers.flatMap((taker) =>
      finding(`${label(after)} takes over from ${label(taker)} and`, lostGates(taker, after)),
    );
  });
}

function finding(subject: Markdown, lost: readonly Markdown[]): Markdown[] {
  return lost.length === 0 ? [] : [`${subject} ${lost.join(" and ")}`];
}

/** Finds who gets a route's requests in its stage where the route is not. */
function takersAmong(routes: readonly RouteAccess[]): (route: RouteAccess) => readonly RouteAccess[] {
  const stages = new Map(
    [...groupBy(routes, ({ stage }) => stage)].map(([stage, inStage]) => {
      const byAddress = new Map(inStage.map((each) => [each.route.address, each]));
      return [stage, { find: findTakers(inStage.map(({ route }) => route)), byAddress }];
    }),
  );
  return ({ stage, route }) => {
    const takers = stages.get(stage);
    return (takers?.find(route) ?? []).flatMap(({ address }) => takers?.byAddress.get(address) ?? []);
  };
}
