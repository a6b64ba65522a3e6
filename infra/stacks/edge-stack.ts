import { CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Construct } from 'constructs';
import type { ValidatorConfig } from '../config/validator-config.ts';
import { acknowledged } from '../constructs/acknowledged.ts';
import type { ComputeStack } from './compute-stack.ts';

export interface EdgeStackProps extends StackProps {
  readonly domain: NonNullable<ValidatorConfig['domain']>;
  readonly compute: ComputeStack;
}

/** A name of the operator's own before the API, behind a web firewall. Nothing is cached. */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, { domain, compute, ...props }: EdgeStackProps) {
    super(scope, id, props);
    const host = Fn.select(2, Fn.split('/', compute.http.api.apiEndpoint));
    const distribution = new Distribution(this, 'Entry', {
      domainNames: [domain.name],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      webAclId: domain.webAclArn,
      httpVersion: HttpVersion.HTTP2_AND_3,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      defaultBehavior: {
        origin: new HttpOrigin(host, {
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
          originSslProtocols: [OriginSslPolicy.TLS_V1_2],
        }),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      },
    });
    acknowledged(distribution, 'AwsSolutions-CFR1', 'A network has members and users everywhere.');
    acknowledged(distribution, 'AwsSolutions-CFR3', 'The gateway behind it logs each request.');
    new CfnOutput(this, 'Alias', {
      value: `${domain.name} must be an alias of ${distribution.distributionDomainName}`,
    });
  }
}
