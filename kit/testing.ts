/** What tests of a project are made of: its stage running here, its events, its permissions. */
export type { Privileges } from "#access/least-privilege";
export { apiEvent, type EventOptions, queueEvent } from "#stage/test-events";
export {
  type CallOptions,
  type LoadedStage,
  loadProject,
  privileges,
  startApi,
  type TestApi,
} from "#stage/test-stage";
