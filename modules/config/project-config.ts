import type { StageSettings } from "./stage-settings";

/** What a project is, in its file `project.config.ts`: constructs and commands read it, and nothing else is told twice. */
export interface ProjectConfig {
  /** Every physical name in AWS begins with it: small letters, digits and hyphens. */
  readonly name: string;
  /** The stages that can be deployed, by the name that `STAGE` takes. */
  readonly stages: Readonly<Record<string, StageSettings>>;
  /** The one AWS account that a stage, or `bootstrap`, may be deployed to. @default any that the credentials are of */
  readonly accounts?: Readonly<Record<string, string>>;
  /** What tables are filled with. @default nothing */
  readonly seeds?: readonly Seed[];
  /** The variables that `make env` writes; `{name}` stands for an output of the stack. @default none */
  readonly exportedVariables?: Readonly<Record<string, string>>;
  /** The client whose API key is used if none is named. @default demo */
  readonly defaultClient?: string;
  /** The tour that `make demo` takes. @default none */
  readonly tour?: readonly TourStep[];
}

/** The attributes that tell the items of a table apart. */
export interface TableKey {
  /** The table's partition key. */
  readonly key: string;
  /** The table's sort key. @default the table has none */
  readonly sortKey?: string;
}

/** What a table is filled with, by `make dev` and `make seed`. */
export interface Seed extends TableKey {
  /** What the table holds: `products`. */
  readonly noun: string;
  /** The output of the stack that has the table's name. */
  readonly tableOutput: string;
  readonly items: readonly object[];
  /**
   * More items, in a file: a JSON list, or one JSON object on each line. The path is relative to the project.
   * @default none
   */
  readonly file?: string;
  /** Makes items up for `COUNT=n`, the same ones each time. @default there are none but the items */
  readonly generate?: (count: number) => Iterable<object>;
}

/** What a request carries to pass the gates. */
export type CalledWith = "nothing" | "signature" | "API key" | "both";

/** One step of the tour: a route, and how it promises to answer. */
export interface TourStep {
  /** Called with GET, since the tour writes nothing. */
  readonly path: string;
  /** What the route shows. */
  readonly lesson: string;
  /** The answers, in the order of the requests: a status, and in words what the body holds: `200 a page of notes`. */
  readonly promises: readonly (readonly [CalledWith, answer: string])[];
}
