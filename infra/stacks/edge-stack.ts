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
import type { StateStack } from './state-stack.ts';

export interface EdgeStackProps extends StackProps {
  readonly domain: NonNullable<ValidatorConfig['domain']>;
  readonly compute: ComputeStack;
  readonly state: StateStack;
}

/**
 * A name of the operator's own before the API, behind a web firewall. Nothing is cached. Who asked
 * is logged here alone, for as long as other logs: a firewall cannot be tuned blindly.
 */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, { domain, compute, state, ...props }: EdgeStackProps) {
    super(scope, id, props);
    const host = Fn.select(2, Fn.split('/', compute.http.url));
    const distribution = new Distribution(this, 'Entry', {
      domainNames: [domain.name],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      webAclId: domain.webAclArn,
      httpVersion: HttpVersion.HTTP2_AND_3,
      logBucket: state.access,
      logFilePrefix: 'edge/',
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
    new CfnOutput(this, 'Alias', {
      value: `${domain.name} must be an alias of ${distribution.distributionDomainName}`,
    });
  }
}
