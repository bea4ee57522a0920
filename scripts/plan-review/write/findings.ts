import type { Finding } from "../finding";
import { dataLost, keyChanged, retentionShortened, secretExposed } from "./data";
import { limitLost } from "./limits";
import { notRedeployed, redeployedEarly } from "./live";
import type { Markdown } from "./markdown";
import type { ShowName } from "./names";
import { accessGained } from "./permissions";

/** A finding as a sentence. */
export function writeFinding(finding: Finding, show: ShowName): Markdown {
  switch (finding.kind) {
    case "access-gained":
      return accessGained(finding, show);
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
      return limitLost(finding, show);
    case "plan-incomplete":
      return "Terraform could not plan all of it: what is missing is not reviewed";
  }
}
