/** What a request carries to get through the gates. */
export type CalledWith = "nothing" | "signature" | "API key" | "both";

/** One route of the walk, and what it promises. */
export interface Stop {
  readonly path: string;
  /** What the route shows. It is read: a walk writes nothing. */
  readonly lesson: string;
  /** Its answers, in the order of the requests: a status, and in words what is in it, such as `200 a page of notes`. */
  readonly promises: readonly (readonly [CalledWith, answer: string])[];
}
