import type { Properties, Terraform } from "./terraform-json";

/** A resource by the path of its construct: `/products/GET/method`. The object is the Terraform's own, to be changed. */
export function resourceAt(terraform: Terraform, type: string, path: string): Properties {
  const found = Object.values(terraform.resource[type] ?? {}).filter((each) => pathOf(each).endsWith(path));
  if (found.length !== 1) throw new Error(`${found.length} resources ${type} at ${path}, expected one`);
  return found[0] as Properties;
}

/** Takes resources away: of a type, those whose construct's path ends so. */
export function removeResource(terraform: Terraform, type: string, path: string): void {
  const removed = resourceAt(terraform, type, path);
  const resources = terraform.resource[type] ?? {};
  for (const [name, resource] of Object.entries(resources)) if (resource === removed) delete resources[name];
}

/** Changes the statements of a policy, which Terraform holds as text. */
export function changeStatements(
  resource: Properties,
  change: (statements: readonly Properties[]) => readonly Properties[],
): void {
  const document = JSON.parse(resource.policy);
  resource.policy = JSON.stringify({ ...document, Statement: change(document.Statement) });
}

// ---------------------------------------------------------------------------------------------------- internal

function pathOf(resource: Properties): string {
  return resource["//"]?.metadata?.path ?? "";
}
