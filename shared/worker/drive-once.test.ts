import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { localValidator } from '#api/local-validator.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { PublicKey } from '#protocol/crypto/signature.ts';
import { type TestCommittee, testCommittee } from '#test/support/committee.ts';
import { pay, proposeRequest, votesFor } from '#test/support/drive.ts';
import { cast, proposed } from '#test/support/requests.ts';
import { driveOnce } from './drive-once.ts';

function peersOf({ validators }: TestCommittee): readonly ValidatorNode[] {
  return validators.slice(1).map(({ ports }) => {
    const publicKey = ports.signer?.publicKey as PublicKey;
    return localValidator(ports, { name: 'peer', publicKey });
  });
}

/** The first validator drives, at this many seconds from now. */
async function drivenAfter(committee: TestCommittee, seconds: bigint) {
  committee.clock.advance(seconds * 1_000_000n);
  const peers = async () => peersOf(committee);
  return await driveOnce(committee.validators[0]!.ports, new Map(), peers);
}

test('a round that is over is given up, on however many chains others are waited for', async () => {
  const chains = Array.from({ length: 22 }, (_, index) => `owner ${index}`);
  const committee = testCommittee({ chains });
  const { bob } = cast(committee);
  for (const owner of committee.owners.slice(2)) {
    const { proposal } = await proposed(committee, owner, [pay(bob.chain, 1n)]);
    await votesFor(committee.validators.slice(0, 2), proposeRequest(proposal));
  }
  equal((await drivenAfter(committee, 0n)).waits, true);
  const moved = new Set<string>();
  for (let run = 0; run < 5; run++) {
    for (const chain of (await drivenAfter(committee, 60n)).moved) moved.add(chain);
  }
  const stuck = committee.owners.slice(2).map(({ chain }) => chain);
  deepEqual([...moved].sort(), stuck.sort());
});

test('where nothing waits for a certificate nobody is asked', async () => {
  const committee = testCommittee();
  const { ports } = committee.validators[0]!;
  const never = () => Promise.reject(new Error('asked'));
  const { waits, finished, moved } = await driveOnce(ports, new Map(), never);
  deepEqual([waits, finished, moved], [false, [], []]);
});
