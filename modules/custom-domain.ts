import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { ApiGatewayBasePathMapping } from "@cdktf/provider-aws/lib/api-gateway-base-path-mapping";
import { ApiGatewayDomainName } from "@cdktf/provider-aws/lib/api-gateway-domain-name";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Construct } from "constructs";
import { refuseOldTls } from "./security-policy";
import type { DomainSettings } from "./settings";

export interface CustomDomainProps extends DomainSettings {
  readonly restApiId: string;
  /** The stage that the domain's paths belong to, as a reference, so that the mapping waits for it. */
  readonly stageName: string;
}

/** DNS resolvers keep the record of the certificate's proof for so long, in seconds. */
const PROOF_SECONDS = 300;

/**
 * A host name of one's own for a stage: its certificate, proven by a DNS record, the Regional domain, and the record that
 * leads to it. The domain's paths are those below the stage: `https://api.example.com/products`. Signatures cover the
 * `Host` that the client sends, so a request is signed for the domain, with the API's region.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-regional-api-custom-domain-create.html
 */
export class CustomDomain extends Construct {
  constructor(scope: Construct, id: string, { name, hostedZoneId, restApiId, stageName }: CustomDomainProps) {
    super(scope, id);
    const certificate = new AcmCertificate(this, "certificate", {
      domainName: name,
      validationMethod: "DNS",
      // A certificate in use cannot be deleted: its successor is there first.
      lifecycle: { createBeforeDestroy: true },
    });
    const proof = certificate.domainValidationOptions.get(0);
    const record = new Route53Record(this, "proof", {
      zoneId: hostedZoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: PROOF_SECONDS,
      // Stages of one name and account share the proof, which is the same for all certificates of the name.
      allowOverwrite: true,
    });
    const validation = new AcmCertificateValidation(this, "validation", {
      certificateArn: certificate.arn,
      validationRecordFqdns: [record.fqdn],
    });
    const domain = new ApiGatewayDomainName(this, "domain", {
      domainName: name,
      // It waits until the certificate is valid.
      regionalCertificateArn: validation.certificateArn,
      endpointConfiguration: { types: ["REGIONAL"] },
      securityPolicy: "TLS_1_2",
    });
    refuseOldTls(domain);
    new ApiGatewayBasePathMapping(this, "mapping", {
      apiId: restApiId,
      stageName,
      domainName: domain.domainName,
    });
    new Route53Record(this, "record", {
      zoneId: hostedZoneId,
      name,
      type: "A",
      alias: {
        name: domain.regionalDomainName,
        zoneId: domain.regionalZoneId,
        // API Gateway has no health that Route 53 could read.
        evaluateTargetHealth: false,
      },
    });
  }
}
