import { newestHeads } from '#adapters/dynamodb/newest-heads.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { type AwsClients, awsClients } from '../aws-clients.ts';
import { NoNetworkError, openValidatorStore, silentBus, silentHub } from '../build-ports.ts';
import { environmentOf } from '../environment.ts';
import { newObserver } from '../observe/observer.ts';
import type { RehearsalParts } from './run-rehearsal.ts';

/** What reads the validator's store, without its key. */
export function rehearsalWiring(variables: NodeJS.ProcessEnv): RehearsalParts {
  const environment = environmentOf.rehearsal(variables);
  const { WEFT_VALIDATOR: validator } = environment;
  const { log } = newObserver({ validator, functionName: 'rehearsal' });
  const clients = awsClients(environment);
  return {
    clock: systemClock,
    log,
    report: reporter(clients),
    async openStore() {
      try {
        const store = await openValidatorStore(environment, clients);
        return {
          ports: { ...store.ports, bus: silentBus, notifier: silentHub, signer: undefined },
          newestChains: async (most) => (await newestHeads(store, most)).chains,
        };
      } catch (error) {
        if (error instanceof NoNetworkError) return undefined;
        throw error;
      }
    },
  };
}

/** Source: `PutLifecycleEventHookExecutionStatus` of the CodeDeploy API reference. */
function reporter(clients: AwsClients): RehearsalParts['report'] {
  const call = clients.call('codedeploy');
  return async ({ DeploymentId, LifecycleEventHookExecutionId }, status) => {
    const input = {
      deploymentId: DeploymentId,
      lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
      status,
    };
    const answer = await call({
      method: 'POST',
      url: `${clients.endpointOf('codedeploy')}/`,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus',
      },
      body: new TextEncoder().encode(JSON.stringify(input)),
    });
    if (answer.status !== 200) throw new StoreFault(`CodeDeploy: status ${answer.status}`);
  };
}
