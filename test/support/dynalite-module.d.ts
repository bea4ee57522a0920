/** dynalite ships no types; this is the part that is used. Source: https://github.com/architect/dynalite#readme */
declare module "dynalite" {
  import type { Server } from "node:http";

  interface DynaliteOptions {
    /** How long a table stays CREATING, in milliseconds. @default 500 */
    readonly createTableMs?: number;
    /** How long a table stays DELETING, in milliseconds. @default 500 */
    readonly deleteTableMs?: number;
    /** The folder that keeps the tables. @default in memory */
    readonly path?: string;
  }

  function dynalite(options?: DynaliteOptions): Server;
  export = dynalite;
}
