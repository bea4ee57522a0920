import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { ApiGatewayBasePathMapping } from "@cdktf/provider-aws/lib/api-gateway-base-path-mapping";
import { ApiGatewayDomainName } from "@cdktf/provider-aws/lib/api-gateway-domain-name";
import { Wafv2WebAcl } from "@cdktf/provider-aws/lib/wafv2-web-acl";
import { Wafv2WebAclAssociation } from "@cdktf/provider-aws/lib/wafv2-web-acl-association";
import { Construct } from "constructs";
import type { RestApi } from "#kit/constructs";

export interface EdgeProps {
  readonly api: RestApi;
  readonly region: string;
  readonly domainName: string;
}

/** What stands before the API: its custom domain, and a web ACL that limits how often one address calls. */
export class Edge extends Construct {
  /** What the domain's DNS record leads to. */
  readonly target: string;

  constructor(scope: Construct, id: string, { api, region, domainName }: EdgeProps) {
    super(scope, id);
    const certificate = new AcmCertificate(this, "certificate", { domainName, validationMethod: "DNS" });
    // Waits until the certificate is issued: the record that it asks for is made where the domain is kept.
    const issued = new AcmCertificateValidation(this, "issued", { certificateArn: certificate.arn });
    const domain = new ApiGatewayDomainName(this, "domain", {
      domainName,
      regionalCertificateArn: issued.certificateArn,
      endpointConfiguration: { types: ["REGIONAL"] },
      securityPolicy: "TLS_1_2",
    });
    new ApiGatewayBasePathMapping(this, "mapping", {
      apiId: api.restApiId,
      domainName: domain.domainName,
      stageName: api.publishedStageName,
    });
    this.target = domain.regionalDomainName;

    const visibilityConfig = (metricName: string) => ({
      cloudwatchMetricsEnabled: true,
      metricName,
      sampledRequestsEnabled: true,
    });
    const acl = new Wafv2WebAcl(this, "acl", {
      name: `${id}-${api.stageName}`,
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rule: [
        {
          name: "rate",
          priority: 1,
          action: { block: {} },
          statement: { rate_based_statement: { limit: 2_000, aggregate_key_type: "IP" } },
          visibilityConfig: visibilityConfig("rate"),
        },
      ],
      visibilityConfig: visibilityConfig("acl"),
    });
    new Wafv2WebAclAssociation(this, "association", {
      resourceArn: `arn:aws:apigateway:${region}::/restapis/${api.restApiId}/stages/${api.publishedStageName}`,
      webAclArn: acl.arn,
    });
  }
}
