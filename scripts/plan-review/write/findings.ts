import type { Finding } from "../finding";
import {
  dataLost,
  keyChanged,
  notRedeployed,
  redeployedEarly,
  retentionShortened,
  secretExposed,
} from "./actions";
import { limitLost } from "./limits";
import { code, count, type Markdown } from "./markdown";
import type { Names } from "./names";
import { accessGained } from "./permissions";
import { gateLost } from "./routes";
import {
  accountAppears,
  checkFailed,
  deploymentNotRead,
  driftLine,
  placeChanged,
  roleExchanged,
  runsProgram,
  settingChanged,
  stillUsed,
} from "./settings";
import { transportWeakened } from "./transport";

/** A finding as a sentence. */
export function writeFinding(finding: Finding, names: Names): Markdown {
  switch (finding.kind) {
    case "gate-lost":
      return gateLost(finding, names);
    case "routes-not-compared":
      return `API ${code(finding.api)} has more routes and callers than can be compared`;
    case "routes-not-read":
      return `API ${code(finding.api)} has routes in an OpenAPI document that changes, which is not read here`;
    case "transport-weakened":
      return transportWeakened(finding);
    case "access-gained":
      return accessGained(finding, names.show);
    case "data-lost":
      return dataLost(finding);
    case "key-changed":
      return keyChanged(finding);
    case "retention-shortened":
      return retentionShortened(finding);
    case "secret-exposed":
      return secretExposed(finding);
    case "not-redeployed":
      return notRedeployed(finding);
    case "redeployed-early":
      return redeployedEarly(finding);
    case "limit-lost":
      return limitLost(finding, names.show);
    case "setting-changed":
      return settingChanged(finding);
    case "account-appears":
      return accountAppears(finding);
    case "role-exchanged":
      return roleExchanged(finding);
    case "still-used":
      return stillUsed(finding, names);
    case "deployment-not-read":
      return deploymentNotRead(finding);
    case "place-changed":
      return placeChanged(finding);
    case "drifted":
      return driftLine(finding);
    case "check-failed":
      return checkFailed(finding);
    case "runs-program":
      return runsProgram(finding);
    case "output-exposed":
      return `output ${code(finding.output)} shows what looks like a secret`;
    case "not-planned":
      return `${code(finding.address)} changes in a way that the plan does not show`;
    case "plan-partial":
      return `the plan leaves out ${count(finding.leftOut, "resource")} of the stack: nothing is said of these`;
    case "plan-incomplete":
      return "Terraform could not plan all of it: what is missing is not reviewed";
  }
}
