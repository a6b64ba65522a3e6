import { environmentCredentials } from './credentials.ts';

/** What bundles have for the SDK's `defaultProvider`: Lambda's credentials are in its environment. */
export function defaultProvider(): typeof environmentCredentials {
  return environmentCredentials;
}
