import type { ValidatorConfig } from '#infra/config/validator-config.ts';
import { sampleConfig } from './sample-config.ts';

/** A validator with every option that does not exclude another. */
export const everythingOn: ValidatorConfig = {
  ...sampleConfig,
  name: 'omega',
  region: 'eu-central-1',
  maxMonthlyUsd: 5_000,
  architecture: 'x86-64',
  key: 'kms-sign',
  shards: { functions: 4, map: { version: 3, functions: 2 } },
  concurrency: {
    reserved: 20,
    provisioned: {
      least: 1,
      most: 5,
      schedules: [{ name: 'morning', cron: 'cron(0 7 * * ? *)', least: 3, most: 10 }],
    },
  },
  dashboard: true,
  alarmEmail: 'operator@example.com',
  domain: {
    name: 'validator.example.com',
    certificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/0123-abcd',
    webAclArn: 'arn:aws:wafv2:us-east-1:000000000000:global/webacl/weft/0123',
  },
};

/** A canary excludes capacity that is kept ready. */
export const carefulConfig: ValidatorConfig = {
  ...sampleConfig,
  name: 'careful',
  canary: { percent: 10, minutes: 5 },
};
