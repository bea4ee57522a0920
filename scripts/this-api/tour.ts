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
