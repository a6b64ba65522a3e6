import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { newAdmission } from '#api/admission.ts';
import type { ApiContext } from '#api/context.ts';
import { newStreams } from '#api/streams.ts';
import { validatorApi } from '#api/validator-api.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { firstShardMap } from '#wire/shard-map.ts';
import { type TestCommittee, type TestValidator, testCommittee } from './committee.ts';

/** The only validator of a committee, as a test talks to it. */
export interface OpenedNode {
  readonly committee: TestCommittee;
  readonly validator: TestValidator;
  readonly node: ValidatorNode;
  close(): Promise<void>;
}

/** A validator alone in its committee, so that its vote is a quorum. */
export function loneValidator(): { committee: TestCommittee; validator: TestValidator } {
  const committee = testCommittee({ validators: 1 });
  return { committee, validator: committee.validators[0] as TestValidator };
}

export const testDeadline = duration(5_000_000n);

/** What serves a test's validator: chains have the test's clock, requests have real time. */
export function servedBy(validator: TestValidator, changed: Partial<ApiContext> = {}): ApiContext {
  const { signer } = validator.ports;
  if (!signer) throw new Error('a validator has a key');
  const context = validatorApi(validator.ports, {
    identity: { name: 'validator-1', publicKey: signer.publicKey },
    software: 'weft/test',
    shardMap: () => firstShardMap,
    onFault: () => undefined,
  });
  const admission = newAdmission(systemClock, 64, testDeadline);
  const streams = newStreams({ clock: systemClock, feed: validator.ports.notifier });
  return { ...context, clock: systemClock, admission, streams, ...changed };
}
