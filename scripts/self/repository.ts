import { resolve } from "node:path";

/** The folder of this repository: for what it says, measures and attacks of itself, and for its tests. */
export const PROJECT_ROOT = resolve(__dirname, "../..");

/** What the program is made from that writes the Terraform; a copy of it synthesizes the same. */
export const PROGRAM: readonly string[] = [
  ...["main.ts", "project.config.ts", "package.json", "package-lock.json", "tsconfig.json"],
  ...["functions", "kit", "modules", "seeds"],
];
