/** A queue or a stream whose content Lambda hands to a function in batches. */
export interface EventSource {
  readonly address: string;
  readonly sourceArn: string;
  readonly functionArn: string;
  /** How many messages one event has at most. */
  readonly batchSize: number;
  /** Whether the function answers which of the messages failed (`ReportBatchItemFailures`). */
  readonly reportsFailures: boolean;
  /** Why it does not invoke the function here. @default it does, where an emulator holds the source */
  readonly notFollowed?: string;
}
