/**
 * How a resource of a type that is not understood stands to the requests of the API:
 * - `gate`: it could open or close access to the API, in a way that is not known;
 * - `signed-gate`: the same, for callers who sign, since it says what users or roles may do;
 * - `restriction`: on AWS it refuses requests which pass here, and can open nothing;
 * - `beside`: no request passes it on its way to the answer.
 */
export type Standing = "gate" | "signed-gate" | "restriction" | "beside";

export function standingOf(type: string): Standing {
  if (type.startsWith("data.")) return "beside";
  if (RESTRICTIONS.test(type)) return "restriction";
  if (BESIDE.has(type)) return "beside";
  if (type.startsWith("aws_api_gateway_")) return "gate";
  return type.startsWith("aws_iam_") ? "signed-gate" : "beside";
}

// ---------------------------------------------------------------------------------------------------- internal

/** What refuses requests, and lets none through that others refuse: web ACLs, and policies of an organization. */
const RESTRICTIONS =
  /^aws_(wafv2_web_acl_association|wafregional_web_acl_association|organizations_policy_attachment|networkfirewall_\w+|shield_\w+)$/;

/** Of the services that have access as their business, what has no say in it. */
const BESIDE: ReadonlySet<string> = new Set([
  // Names and ways to the API; load/domains.ts reads the names.
  "aws_api_gateway_base_path_mapping",
  "aws_api_gateway_domain_name",
  "aws_api_gateway_vpc_link",
  // Settings of the account.
  "aws_iam_account_alias",
  "aws_iam_account_password_policy",
  "aws_iam_instance_profile",
  "aws_iam_server_certificate",
  "aws_iam_service_linked_role",
  // A group without members and policies, which have types of their own, grants nothing.
  "aws_iam_group",
  // Who may sign in or take a role: local credentials are issued, and not signed in for.
  "aws_iam_openid_connect_provider",
  "aws_iam_saml_provider",
  "aws_iam_signing_certificate",
  "aws_iam_user_login_profile",
  "aws_iam_user_ssh_key",
  "aws_iam_virtual_mfa_device",
]);
