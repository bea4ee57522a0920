import { type Paint, SCREEN_WIDTH, wrap } from "#cli/table";
import { printable } from "#text/printable";
import { maskCanonical } from "#text/secrets";
import type { Cause } from "./causes";
import { agrees, type ComparedLine } from "./compare-canonical";
import type { Diagnosis } from "./diagnosis";

/**
 * A diagnosis as a paragraph: gate, cause, what to do; below it, what it goes by.
 *
 * @param causes - all that may be, the likeliest first; without them the diagnosis alone is shown
 */
export function renderDiagnosis(
  diagnosis: Diagnosis,
  paint: Paint,
  causes: readonly Cause[] = [{ ...diagnosis, evidence: "", proven: false }],
): string {
  const { canonicalRequests, policyStatement } = diagnosis;
  const [first, ...others] = causes;
  return [
    `${paint("bold", "Diagnosis")}  ${paint("yellow", headline(diagnosis))}\n`,
    ...(first ? [paragraph(`${first.cause} ${first.advice}`, "  ")] : []),
    ...(first?.evidence && others.length > 0
      ? [paragraph(`${first.proven ? "Proven" : "Likely"}: ${first.evidence}`, "  ")]
      : []),
    ...(others.length > 0 && !first?.proven
      ? [
          `  ${paint("bold", "Else")}\n`,
          ...others.slice(0, MOST_SHOWN).map(({ cause }) => paragraph(`- ${cause}`, "  ")),
        ]
      : []),
    ...(canonicalRequests ? ["\n", renderComparison(canonicalRequests, paint)] : []),
    ...(policyStatement ? ["\n", indentedJson(policyStatement)] : []),
  ].join("");
}

/** Breaks a paragraph into printable lines, words kept whole, each after the same indent. */
export function paragraph(text: string, indent: string): string {
  const lines = wrap(printable(text), SCREEN_WIDTH - indent.length);
  return lines.map((line) => `${indent}${line}\n`).join("");
}

// ---------------------------------------------------------------------------------------------------- internal

function headline({ gate, fault }: Diagnosis): string {
  switch (gate) {
    case "none":
      return "no gate refused";
    case "unknown":
      return `refused, gate unknown: ${fault.replaceAll("-", " ")}`;
    case "integration":
      return `the ${gate} failed: ${fault.replaceAll("-", " ")}`;
    default:
      return `refused at the gate '${gate}': ${fault.replaceAll("-", " ")}`;
  }
}

/**
 * Both canonical requests in one column, so that long lines can be compared: what agrees once, what differs twice, the
 * client's above the gateway's, with an arrow at the first such line and a caret below the first character.
 */
function renderComparison(lines: readonly ComparedLine[], paint: Paint): string {
  const isAlone = lines.every(({ client }) => client === undefined);
  const first = isAlone ? undefined : lines.find((line) => !agrees(line));
  const rows = lines.flatMap((line, index) => {
    const name = line.part === lines[index - 1]?.part ? "" : line.part;
    return isAlone || agrees(line)
      ? [`    ${paint("dim", name.padEnd(NAME_WIDTH))}  ${shown(line.gateway)}`]
      : differingRows(line, name, line === first, paint);
  });
  const title = first
    ? "The canonical request as the client signed it (-) and as the gateway calculated it (+)"
    : "The canonical request that the gateway calculated";
  return `  ${paint("bold", title)}\n${rows.map((row) => `${row.trimEnd()}\n`).join("")}`;
}

const NAME_WIDTH = 22;

/** Of the less likely causes. */
const MOST_SHOWN = 4;

function differingRows(
  { client, gateway }: ComparedLine,
  name: string,
  isFirst: boolean,
  paint: Paint,
): string[] {
  const arrow = isFirst ? paint(["yellow", "bold"], "→") : " ";
  const [signed, arrived] = [shown(client), shown(gateway)];
  const caret = isFirst && client && gateway && signed !== arrived ? commonLength(signed, arrived) : -1;
  return [
    `  ${arrow} ${paint("dim", name.padEnd(NAME_WIDTH))}${paint("red", `- ${signed}`)}`,
    `    ${" ".repeat(NAME_WIDTH)}${paint("green", `+ ${arrived}`)}${signed === arrived ? " (another one, masked)" : ""}`,
    ...(caret < 0 ? [] : [`    ${" ".repeat(NAME_WIDTH + 2 + caret)}${paint("yellow", "^")}`]),
  ];
}

function shown(line: string | undefined): string {
  if (line === undefined) return "(no such line)";
  return line === "" ? "(empty line)" : printable(maskCanonical(line));
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

function indentedJson(value: unknown): string {
  return printable(`${JSON.stringify(value, null, 2)}\n`).replace(/^(?=.)/gm, "  ");
}
