import { only, type Properties, resources, synthesizeInventory } from "../support/synth";

const DOMAIN = { DOMAIN_NAME: "api.example.com", HOSTED_ZONE_ID: "Z0123456789ABCDEFGHIJ" };

const DOMAIN_TYPES = [
  "aws_acm_certificate",
  "aws_acm_certificate_validation",
  "aws_api_gateway_base_path_mapping",
  "aws_api_gateway_domain_name",
  "aws_route53_record",
];

describe("a stage with a domain", () => {
  const terraform = synthesizeInventory(DOMAIN);
  const records = resources(terraform, "aws_route53_record");

  test("has a certificate that a record in the zone proves", () => {
    expect(only(terraform, "aws_acm_certificate")).toMatchObject({
      domain_name: "api.example.com",
      validation_method: "DNS",
      lifecycle: { create_before_destroy: true },
    });
    expect(records["api/domain/proof"]).toMatchObject({
      zone_id: DOMAIN.HOSTED_ZONE_ID,
      allow_overwrite: true,
    });
  });

  test("waits for the certificate to be valid, and refuses old TLS", () => {
    const domain = only(terraform, "aws_api_gateway_domain_name");
    expect(domain).toMatchObject({
      domain_name: "api.example.com",
      endpoint_configuration: { types: ["REGIONAL"] },
      security_policy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
      endpoint_access_mode: "STRICT",
    });
    expect(domain["regional_certificate_arn"]).toMatch(/^\$\{aws_acm_certificate_validation\./);
  });

  test("keeps TLS 1.2 with a provider that knows no newer policy", () => {
    const old = only(
      synthesizeInventory({ ...DOMAIN, AWS_PROVIDER_VERSION: "5.100.0" }),
      "aws_api_gateway_domain_name",
    );
    expect([old["security_policy"], old["endpoint_access_mode"]]).toEqual(["TLS_1_2", undefined]);
  });

  test("maps the domain's root to the stage once that exists", () => {
    const mapping = only(terraform, "aws_api_gateway_base_path_mapping");
    expect(mapping["stage_name"]).toMatch(/^\$\{aws_api_gateway_stage\..*\.stage_name\}$/);
    expect(mapping["base_path"]).toBeUndefined();
  });

  test("leads the name to the domain", () => {
    expect(records["api/domain/record"]).toMatchObject({ name: "api.example.com", type: "A" });
    expect(records["api/domain/record"]?.["alias"].name).toMatch(/\.regional_domain_name\}$/);
  });

  test("is called by the domain: by commands, and by its own function", () => {
    expect(terraform.output?.["service_endpoint"]).toMatchObject({ value: "https://api.example.com" });
    const index = resources(terraform, "aws_lambda_function")["get-index/function"] as Properties;
    expect(index["environment"].variables.products_api).toBe("https://api.example.com/products");
  });

  test("publishes the same API", () => {
    const triggers = (env: Record<string, string>) =>
      only(synthesizeInventory(env), "aws_api_gateway_deployment")["triggers"];
    expect(triggers(DOMAIN)).toEqual(triggers({}));
  });
});

test("a stage without a domain has nothing of it", () => {
  const types = Object.keys(synthesizeInventory().resource);
  expect(types.filter((type) => DOMAIN_TYPES.includes(type))).toEqual([]);
});
