/** A physical name as people of this project say it: `get-products`. @param prefix - `signed-inventory-dev-` */
export function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
