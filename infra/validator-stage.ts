import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ValidatorConfig } from './config/validator-config.ts';
import { ComputeStack } from './stacks/compute-stack.ts';
import { EdgeStack } from './stacks/edge-stack.ts';
import { ObserveStack } from './stacks/observe-stack.ts';
import { StateStack } from './stacks/state-stack.ts';

const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
) as { readonly version: string };

/** One validator: what it keeps, what runs, and what watches it. */
export class ValidatorStage extends Stage {
  readonly state: StateStack;
  readonly compute: ComputeStack;
  readonly observe: ObserveStack;

  constructor(scope: Construct, config: ValidatorConfig) {
    const { account, region, name, network } = config;
    super(scope, name, { env: { account, region } });
    this.state = new StateStack(this, 'State', { config });
    this.compute = new ComputeStack(this, 'Compute', { config, state: this.state });
    this.observe = new ObserveStack(this, 'Observe', {
      config,
      compute: this.compute,
      state: this.state,
    });
    const { domain } = config;
    if (domain) new EdgeStack(this, 'Edge', { domain, compute: this.compute, state: this.state });
    Tags.of(this).add('weft:network', network);
    Tags.of(this).add('weft:validator', name);
    Tags.of(this).add('weft:version', version);
    const parts = { state: this.state, compute: this.compute, observe: this.observe };
    for (const [part, stack] of Object.entries(parts)) Tags.of(stack).add('weft:component', part);
  }
}
