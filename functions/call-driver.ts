import { StoreFault } from '#ports/store-fault.ts';
import type { AwsClients } from './aws-clients.ts';
import { lookEvent } from './driver/event-hops.ts';

/** Wakes the driver, and does not wait for what it does. */
export type CallDriver = (hops: number) => Promise<void>;

export function driverCaller(clients: AwsClients, functionName: string): CallDriver {
  const call = clients.call('lambda');
  const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
  return async (hops) => {
    const { status } = await call({
      method: 'POST',
      url: `${clients.endpointOf('lambda')}${path}`,
      headers: { 'content-type': 'application/json', 'x-amz-invocation-type': 'Event' },
      body: new TextEncoder().encode(JSON.stringify(lookEvent(hops))),
    });
    if (status !== 202) throw new StoreFault(`cannot wake the driver: status ${status}`);
  };
}
