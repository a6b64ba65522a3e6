import { CfnOutput, Duration, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
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
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { ValidatorConfig } from '../config/validator-config.ts';
import { acknowledged } from '../constructs/acknowledged.ts';
import type { ComputeStack } from './compute-stack.ts';

export interface EdgeStackProps extends StackProps {
  readonly domain: NonNullable<ValidatorConfig['domain']>;
  readonly compute: ComputeStack;
  readonly logDays: number;
}

/**
 * A name of the operator's own before the API, behind a web firewall. Nothing is cached. Who asked
 * is logged here alone, for as long as other logs: a firewall cannot be tuned blindly.
 */
export class EdgeStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { domain, compute, logDays, ...props }: EdgeStackProps,
  ) {
    super(scope, id, props);
    const host = Fn.select(2, Fn.split('/', compute.http.api.apiEndpoint));
    const distribution = new Distribution(this, 'Entry', {
      domainNames: [domain.name],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      webAclId: domain.webAclArn,
      httpVersion: HttpVersion.HTTP2_AND_3,
      logBucket: logBucket(this, logDays),
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

/** CloudFront writes its logs as their owner: no other ownership of objects lets it. */
function logBucket(scope: Construct, days: number): Bucket {
  const bucket = new Bucket(scope, 'Access', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [{ expiration: Duration.days(days) }],
  });
  acknowledged(bucket, 'AwsSolutions-S1', 'It holds the logs, which end by themselves.');
  return bucket;
}
