import { type AwsProxy, startAwsProxy } from '../proxy/aws-proxy.ts';
import { type FaultOptions, seededFaults } from '../proxy/seeded-faults.ts';
import { theEmulator } from './target.ts';

const faultShare = 0.2;

/** What stands before the emulator and spoils a fifth of all calls if no other share is said, by this seed. */
export async function faultyEmulator(
  seed: number,
  more: Partial<FaultOptions> = {},
): Promise<AwsProxy> {
  const proxy = await startAwsProxy({ target: theEmulator, caller: 'test' });
  proxy.spoil(seededFaults({ seed, rate: faultShare, ...more }));
  return proxy;
}
