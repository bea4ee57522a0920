import type { Io } from "#cli/command";

/** An {@link Io} that keeps what a command writes. */
export interface CapturedIo extends Io {
  /** What went to stdout, and to stderr. */
  written(): { readonly out: string; readonly err: string };
}

/**
 * @param isTTY - whether a person seems to watch
 * @param signal - what stands for Ctrl-C
 */
export function captureIo({
  isTTY = false,
  signal,
}: {
  isTTY?: boolean;
  signal?: AbortSignal;
} = {}): CapturedIo {
  const texts = { out: "", err: "" };
  const sink = (name: "out" | "err") => ({
    isTTY,
    write(text: string) {
      texts[name] += text;
    },
  });
  return {
    out: sink("out"),
    err: sink("err"),
    takeInterrupts: signal && (() => signal),
    written: () => ({ ...texts }),
  };
}
