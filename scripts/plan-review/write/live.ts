import type { NotRedeployed, RedeployedEarly } from "../finding";
import type { MissedChange, StaleStage } from "../live";
import { code, list, type Markdown } from "./markdown";

/** A line for each change that does not reach a stage. */
export function staleLines({ stage, reason, missed }: StaleStage): Markdown[] {
  const rest = ENDS[reason](code(stage));
  return missed.map((change) => `- ${describe(change)} ${rest}`);
}

const ENDS: Readonly<Record<StaleStage["reason"], (stage: Markdown) => Markdown>> = {
  stays: (stage) => `does not reach stage ${stage}`,
  early: (stage) => `may not reach stage ${stage}: its deployment does not wait for it`,
  lingers: (stage) =>
    `is still in the new deployment of stage ${stage}; ${code("make apply")} publishes once more when it is gone`,
};

function describe({ action, address, attributes }: MissedChange): Markdown {
  return `${code(address)} (${action === "update" ? list(attributes.map(code)) : action})`;
}

/** `stage … of API … is not redeployed: … would not go live` */
export function notRedeployed({ api, stage, missed }: NotRedeployed): Markdown {
  return `stage ${code(stage)} of API ${code(api)} is not redeployed: ${list(missed.map(code), 3)} would not go live`;
}

/** `stage … of API … may be redeployed too early: the deployment does not wait for … (depends_on)` */
export function redeployedEarly({ api, stage, missed }: RedeployedEarly): Markdown {
  const place = `stage ${code(stage)} of API ${code(api)}`;
  return `${place} may be redeployed too early: the deployment does not wait for ${list(missed.map(code), 3)} (depends_on)`;
}
