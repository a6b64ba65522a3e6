import type { Decoded } from '../encoding/codec.ts';
import { option, vector } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { applicationIdCodec } from './owner.ts';

const applications = vector(applicationIdCodec, 64);

/** What applications may do on a chain. None of a kind: everyone may. */
export const applicationPermissionsCodec = struct({
  /** Only these may be called, and no system operation. */
  executeOperations: option(applications),
  /** Each must appear in every block. */
  mandatoryApplications: applications,
  /** These may close the chain and change its ownership. */
  manageChain: applications,
  callServiceAsOracle: option(applications),
  makeHttpRequests: option(applications),
});
export type ApplicationPermissions = Decoded<typeof applicationPermissionsCodec>;

export const openPermissions: ApplicationPermissions = {
  executeOperations: undefined,
  mandatoryApplications: [],
  manageChain: [],
  callServiceAsOracle: undefined,
  makeHttpRequests: undefined,
};
