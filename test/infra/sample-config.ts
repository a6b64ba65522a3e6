import { defaultConfig, type ValidatorConfig } from '#infra/config/validator-config.ts';

/** A validator of which nothing was decided but where it is. */
export const sampleConfig: ValidatorConfig = {
  ...defaultConfig,
  name: 'alpha',
  network: 'devnet',
  account: '000000000000',
  region: 'us-east-1',
};
