type Resources = Readonly<Record<string, Readonly<Record<string, object>>>>;

/**
 * Adds copies of a stack's route to its Terraform: copies of each resource that belongs to the route, under `copy-0`,
 * `copy-1`, …
 *
 * @param terraform - a parsed `cdk.tf.json`
 * @param prefix - of the names of the route's resources: `api_auth_iam-sigv4_`
 * @throws Error if the stack has no such route
 */
export function withCopiedRoutes<T extends { readonly resource: Resources }>(
  terraform: T,
  prefix: string,
  count: number,
): T {
  let copied = 0;
  const resource = Object.fromEntries(
    Object.entries(terraform.resource).map(([type, named]) => {
      const originals = Object.entries(named).filter(([name]) => name.startsWith(prefix));
      const copies = originals.flatMap(([name, properties]) =>
        Array.from({ length: count }, (_, index): [string, object] => {
          copied += 1;
          return copyOf(name, properties, prefix, `copy-${index}`);
        }),
      );
      return [type, { ...named, ...Object.fromEntries(copies) }];
    }),
  );
  if (copied === 0)
    throw new Error(`no resource in the stack is named ${prefix}…: measure with another route`);
  return { ...terraform, resource };
}

// ---------------------------------------------------------------------------------------------------- internal

/** The same resource for another path part: it refers to other copies where the original refers to its own route. */
function copyOf(name: string, properties: object, prefix: string, part: string): [string, object] {
  const renamed = `${prefix}${part}_`;
  const copy = JSON.parse(JSON.stringify(properties).replaceAll(prefix, renamed));
  return [name.replace(prefix, renamed), "path_part" in copy ? { ...copy, path_part: part } : copy];
}
