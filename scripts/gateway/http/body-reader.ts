/** What bodies may take, in bytes. */
export interface BodyLimits {
  /** One body. */
  readonly each: number;
  /** All that are being received or handled, beyond {@link alwaysFree} of each. */
  readonly together: number;
  /** What each body may take regardless of their number, so that large bodies leave room for small ones. */
  readonly alwaysFree: number;
}

/** The body, or why it was not kept. */
export type ReceivedBody =
  | { readonly kind: "whole"; readonly bytes: Buffer }
  | { readonly kind: "too-long" | "no-room" };

export type BodyReader = (
  incoming: AsyncIterable<Uint8Array>,
  use: (body: ReceivedBody) => Promise<void>,
) => Promise<void>;

/**
 * Prepares the reading of bodies within limits. A body counts from its first byte until `use` is done with it. A body
 * that is too long, or for which there is no room, is read and discarded, so that its client receives the answer. A
 * body whose client disconnects in the middle is never passed on.
 */
export function createBodyReader({ each, together, alwaysFree }: BodyLimits): BodyReader {
  let taken = 0;

  return async (incoming, use) => {
    let own = 0;
    const hasRoomFor = (length: number): boolean => {
      const more = Math.max(0, length - alwaysFree) - own;
      if (more > together - taken) return false;
      own += more;
      taken += more;
      return true;
    };
    const giveBack = (): void => {
      taken -= own;
      own = 0;
    };
    const read = async (): Promise<ReceivedBody> => {
      let kind: ReceivedBody["kind"] = "whole";
      let chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of incoming) {
        length += chunk.length;
        if (length > each) kind = "too-long";
        else if (kind === "whole" && !hasRoomFor(length)) kind = "no-room";
        if (kind === "whole") chunks.push(chunk);
        else {
          chunks = [];
          giveBack();
        }
      }
      return kind === "whole" ? { kind, bytes: Buffer.concat(chunks) } : { kind };
    };

    try {
      const body = await read().catch(() => undefined);
      if (body !== undefined) await use(body);
    } finally {
      giveBack();
    }
  };
}
