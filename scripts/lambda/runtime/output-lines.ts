/** Cuts text that comes in pieces into lines. */
export interface OutputLines {
  write(text: string): void;
  /** Emits the rest after the last line break. */
  flush(): void;
}

/** @param emit - takes each line, without its line break, as soon as it is complete */
export function createOutputLines(emit: (line: string) => void): OutputLines {
  let unfinished = "";
  return {
    write(text) {
      const lines = (unfinished + text).split("\n");
      unfinished = lines.pop() ?? "";
      for (const line of lines) emit(line);
    },
    flush() {
      if (unfinished) emit(unfinished);
      unfinished = "";
    },
  };
}
