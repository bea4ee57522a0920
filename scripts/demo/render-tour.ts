import { type Paint, SCREEN_WIDTH, wrap } from "#cli/table";
import { diagnose } from "#diagnosis/diagnose";
import { printable } from "#text/printable";
import type { CalledWith, Stop } from "#this-api/tour";
import type { Step, Walker } from "./tour";

/** What the walk begins with. */
export function renderHead({ baseUrl }: Pick<Walker, "baseUrl">, startedHere: boolean, paint: Paint): string {
  const note = startedHere ? "a local gateway, started for this walk" : "signed as the role reader";
  return `${paint("bold", baseUrl)}  ${paint("dim", note)}\n\n${paint("bold", row("  ", "WITH", "PROMISED", "ANSWERED", paint).trimEnd())}\n`;
}

/** A route, above its answers. */
export function renderStop({ path, lesson }: Stop, paint: Paint): string {
  return `\n${paint("bold", `GET ${path}`)}  ${paint("dim", lesson)}\n`;
}

/** A promise and what came of it, side by side. */
export function renderStep({ calledWith, promised, actual, kept }: Step, paint: Paint): string {
  const answered = paint(kept ? "green" : "red", kept ? actual : cut(actual, SCREEN_WIDTH - ANSWER_COLUMN));
  return row(kept ? "  " : "≠ ", calledWith, promised, answered, paint);
}

/** How many promises were kept, and of each broken one why, as far as can be told. */
export function renderEnd(steps: readonly Step[], paint: Paint): string {
  const broken = steps.filter(({ kept }) => !kept);
  if (broken.length === 0) {
    return [
      `\n${steps.length} requests, ${paint("green", "all answered as promised")}`,
      paint("dim", "make call explains a request; its --explain shows every step of the signature."),
      "",
    ].join("\n");
  }
  // What is wrong with a route is told once.
  const told = broken.flatMap((step, index) => [
    "",
    ...renderBroken(step),
    ...(step.stop === broken[index - 1]?.stop ? [] : renderCause(step)),
  ]);
  return [
    ...told,
    "",
    paint("red", `${broken.length} of ${steps.length} requests were answered otherwise`),
    "",
  ].join("\n");
}

// ---------------------------------------------------------------------------------------------------- internal

const GAP = "  ";
const CALLED_WITH_WIDTH = "signature".length;
const PROMISED_WIDTH = "403 Missing Authentication Token".length;
const ANSWER_COLUMN = 3 * GAP.length + CALLED_WITH_WIDTH + PROMISED_WIDTH;

function row(mark: string, calledWith: string, promised: string, answered: string, paint: Paint): string {
  const columns = [calledWith.padEnd(CALLED_WITH_WIDTH), promised.padEnd(PROMISED_WIDTH), answered];
  return `${mark === "  " ? mark : paint("red", mark)}${columns.join(GAP)}\n`;
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

const CARRIED: Readonly<Record<CalledWith, string>> = {
  nothing: "with nothing",
  signature: "signed",
  "API key": "with the API key",
  both: "signed, with the API key",
};

function renderBroken({ stop, calledWith, promised, actual }: Step): string[] {
  return [`GET ${stop.path}, ${CARRIED[calledWith]}`, `  promised  ${promised}`, `  answered  ${actual}`];
}

function renderCause({ exchange }: Step): string[] {
  const { request, answer, clockOffsetSeconds } = exchange;
  if (answer.status < 400) return [];
  const response = { ...answer, body: answer.body.toString() };
  const { cause, advice } = diagnose({ response, request, clockOffsetSeconds });
  return wrap(printable(`${cause} ${advice}`), SCREEN_WIDTH - 2).map((line) => `  ${line}`);
}
