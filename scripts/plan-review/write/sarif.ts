import type { Finding } from "../finding";
import type { Judgement } from "../judge";
import { writeFinding } from "./findings";
import { escapeUnseen } from "./json";
import { namesFor } from "./names";
import { notJudgedLine } from "./settings";

/**
 * The findings as SARIF 2.1.0, which GitHub shows as alerts. A plan has no lines of code: the location is the plan itself.
 * Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function writeSarif(judgement: Judgement): string {
  const names = namesFor(judgement);
  const results = [
    ...[...judgement.own, ...judgement.pending].map((finding) =>
      resultOf(finding.kind, writeFinding(finding, names), addressOf(finding)),
    ),
    ...judgement.settings.notJudged.map((each) => resultOf("not-judged", notJudgedLine(each), each.address)),
  ];
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].sort().map((id) => ({ id }));
  const sarif = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "plan-review", rules } }, results }],
  };
  return `${escapeUnseen(JSON.stringify(sarif, undefined, 2))}\n`;
}

function resultOf(ruleId: string, text: string, address: string | undefined) {
  return {
    ruleId,
    level: ruleId === "not-judged" ? "note" : "warning",
    message: { text },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: "plan.json" } },
        ...(address !== undefined && {
          logicalLocations: [{ fullyQualifiedName: address, kind: "resource" }],
        }),
      },
    ],
  };
}

function addressOf(finding: Finding): string | undefined {
  return "address" in finding ? finding.address : undefined;
}
