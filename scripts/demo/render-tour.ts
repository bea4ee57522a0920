import { type Paint, SCREEN_WIDTH, wrap } from "#cli/table";
import { diagnose } from "#diagnosis/diagnose";
import type { CalledWith, TourStep } from "#modules/config/project-config";
import { printable } from "#text/printable";
import type { TourAnswer, TourApi } from "./tour";

/** The head of the tour: the API, and the columns. */
export function renderHead(
  { baseUrl }: Pick<TourApi, "baseUrl">,
  startedHere: boolean,
  paint: Paint,
): string {
  const note = startedHere ? "a local gateway, started for this tour" : "signed as the role reader";
  return `${paint("bold", baseUrl)}  ${paint("dim", note)}\n\n${paint("bold", row("  ", "WITH", "PROMISED", "ANSWERED", paint).trimEnd())}\n`;
}

/** A step of the tour, above its answers. */
export function renderStep({ path, lesson }: TourStep, paint: Paint): string {
  return `\n${paint("bold", `GET ${path}`)}  ${paint("dim", lesson)}\n`;
}

/** The promised and the actual answer, side by side. */
export function renderAnswer({ calledWith, promised, actual, kept }: TourAnswer, paint: Paint): string {
  const answered = paint(kept ? "green" : "red", kept ? actual : cut(actual, SCREEN_WIDTH - ANSWER_COLUMN));
  return row(kept ? "  " : "≠ ", calledWith, promised, answered, paint);
}

/** How many promises were kept, and the cause of each broken one as far as it is known. */
export function renderEnd(answers: readonly TourAnswer[], paint: Paint): string {
  const broken = answers.filter(({ kept }) => !kept);
  if (broken.length === 0) {
    return [
      `\n${answers.length} requests, ${paint("green", "all answered as promised")}`,
      paint("dim", "make call explains a request; its --explain shows every step of the signature."),
      "",
    ].join("\n");
  }
  // The cause is the same for all answers of a route, so it is shown once.
  const causes = broken.flatMap((answer, index) => [
    "",
    ...renderBroken(answer),
    ...(answer.step === broken[index - 1]?.step ? [] : renderCause(answer)),
  ]);
  return [
    ...causes,
    "",
    paint("red", `${broken.length} of ${answers.length} requests were not answered as promised`),
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

function renderBroken({ step, calledWith, promised, actual }: TourAnswer): string[] {
  return [`GET ${step.path}, ${CARRIED[calledWith]}`, `  promised  ${promised}`, `  answered  ${actual}`];
}

function renderCause({ exchange }: TourAnswer): string[] {
  const { request, answer, clockOffsetSeconds } = exchange;
  if (answer.status < 400) return [];
  const response = { ...answer, body: answer.body.toString() };
  const { cause, advice } = diagnose({ response, request, clockOffsetSeconds });
  return wrap(printable(`${cause} ${advice}`), SCREEN_WIDTH - 2).map((line) => `  ${line}`);
}
