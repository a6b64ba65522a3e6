import { type Parameters, ssmParameters } from '#adapters/ssm/parameters.ts';
import type { AwsClients } from './aws-clients.ts';

/** The operator's texts beside the validator. */
export function parametersFrom(clients: AwsClients): Parameters {
  return ssmParameters({ call: clients.call('ssm'), endpoint: clients.endpointOf('ssm') });
}
