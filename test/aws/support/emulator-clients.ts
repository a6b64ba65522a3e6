import { signedCall } from '#adapters/sigv4/signed-call.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import type { WebCall } from '#ports/web-call.ts';
import { endpointVariable } from './opened-tables.ts';

/** What clients of the emulator under test are made of. */
export function emulatorConfig() {
  const endpoint = process.env[endpointVariable];
  if (endpoint === undefined) throw new Error(`${endpointVariable} is not set`);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { endpoint, region: 'us-east-1', credentials };
}

/** Signs calls of one service. */
export function emulatorSigning(service: string) {
  const { region, credentials } = emulatorConfig();
  return { service, region, credentials: () => Promise.resolve(credentials), clock: systemClock };
}

export function emulatorCall(service: string): WebCall {
  return signedCall(emulatorSigning(service));
}
