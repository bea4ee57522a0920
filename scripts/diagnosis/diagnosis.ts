import type { Gate } from "#gateway/refusal";
import type { PolicyStatement } from "#iam/policy";
import type { SigningFault } from "#sigv4/mistake";
import type { ComparedLine } from "./compare-canonical";

/** Why a request was refused, as far as can be told. */
export interface Diagnosis {
  readonly gate: DiagnosedGate;
  /** A name of the fault that stays the same, for programs. */
  readonly fault: Fault;
  /** The likely cause, in a sentence or two. */
  readonly cause: string;
  /** What to do, in a sentence or two. */
  readonly advice: string;
  /**
   * Of a signature that does not match: both canonical requests, line by line. The client's is what it signed; where that
   * is not known, what the request as sent gives, and where that is not known either, it is left out.
   */
  readonly canonicalRequests?: readonly ComparedLine[];
  /** What would allow the request, ready to paste into a policy. */
  readonly policyStatement?: PolicyStatement;
}

/** The gates of the local gateway, an authorizer that is not IAM, and the API's own answer past every gate. */
export type DiagnosedGate = Gate | "authorizer" | "none" | "unknown";

/** How the faults are called. */
export type Fault =
  // route
  | "no-such-route"
  | "no-such-stage"
  | "not-signed"
  | "not-signed-or-no-such-route"
  | "not-deployed"
  // signature: the Authorization header
  | "not-sigv4"
  | "authorization-incomplete"
  | "both-forms"
  | "unsupported-algorithm"
  | "malformed-credential"
  | "malformed-date"
  | "region-set"
  // signature: what it is for, and whose it is
  | "host-not-signed"
  | "signature-expired"
  | "signature-not-yet-current"
  | "wrong-scope"
  | "unknown-access-key"
  | "session-token-missing"
  | "session-token-not-needed"
  | "session-token-wrong"
  | "session-token-expired"
  // signature: it does not match
  | MismatchFault
  | "signature-refused"
  // iam
  | "not-allowed"
  | "explicitly-denied"
  // API key and usage plan
  | "key-missing"
  | "key-unknown"
  | "key-disabled"
  | "key-in-no-plan"
  | "key-not-for-stage"
  | "forbidden"
  | "throttled"
  | "quota-used-up"
  // the rest
  | "unauthorized"
  | "body-too-large"
  | "event-too-large"
  | "uri-too-long"
  | "headers-too-large"
  | "bad-request"
  | "parameters-missing"
  | "body-invalid"
  | "media-type"
  | "integration-failed"
  | "integration-slow"
  | "integration-unreachable"
  | "own-answer"
  | "unknown";

/** Why a signature does not match: a mistake of signing, or what else there is. */
export type MismatchFault =
  | SigningFault
  | "header-not-sent"
  | "signed-headers-changed"
  | "canonical-form"
  | "wrong-secret"
  | "signed-otherwise"
  | "mismatch";

/** Why a signature does not match: its fault, told. */
export interface MismatchCause {
  readonly fault: MismatchFault;
  readonly cause: string;
  readonly advice: string;
}

/** A fault of a signature that was refused before it was compared, told. */
export interface SignatureFault {
  readonly fault: Fault;
  readonly cause: string;
  readonly advice: string;
}
