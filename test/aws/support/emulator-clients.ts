import { signedCall } from '#adapters/sigv4/signed-call.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import type { WebCall } from '#ports/web-call.ts';
import { emulatorCredentials } from '../emulators/ministack.ts';
import { type AwsProxy, startAwsProxy } from '../proxy/aws-proxy.ts';
import { type FaultOptions, seededFaults } from '../proxy/seeded-faults.ts';
import { endpointVariable } from './opened-tables.ts';

/** What clients of the emulator under test are made of. */
export function emulatorConfig() {
  const endpoint = process.env[endpointVariable];
  if (endpoint === undefined) throw new Error(`${endpointVariable} is not set`);
  return { endpoint, region: 'us-east-1', credentials: emulatorCredentials };
}

/** Signs calls of one service. */
export function emulatorSigning(service: string) {
  const { region, credentials } = emulatorConfig();
  return { service, region, credentials: () => Promise.resolve(credentials), clock: systemClock };
}

export function emulatorCall(service: string): WebCall {
  return signedCall(emulatorSigning(service));
}

const faultShare = 0.2;

/** What stands before the emulator and spoils a fifth of all calls if no other share is said, by this seed. */
export async function faultyEmulator(
  seed: number,
  more: Partial<FaultOptions> = {},
): Promise<AwsProxy> {
  const { endpoint } = emulatorConfig();
  const proxy = await startAwsProxy({ target: () => endpoint, caller: 'test' });
  proxy.spoil(seededFaults({ seed, rate: faultShare, ...more }));
  return proxy;
}
