import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import type { Signer } from '#ports/signer.ts';
import type { Block } from '#protocol/block/block.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { nameOfBytes } from '#protocol/primitives/bytes.ts';
import {
  type TestCommittee,
  type TestOwner,
  type TestValidator,
  testCommittee,
  testValidator,
} from '#test/support/committee.ts';
import { confirm, pay } from '#test/support/drive.ts';
import { proposed, type SignedBlock } from '#test/support/requests.ts';
import type { Reshape } from '#test/support/reshaped.ts';

/** A network in which one key votes with all the weight and owns every chain. */
export interface Stage {
  readonly committee: TestCommittee;
  readonly validator: TestValidator;
  readonly key: Signer;
  readonly alice: TestOwner;
  readonly bob: TestOwner;
  /** The block of alice's chain that is final. */
  readonly first: { readonly block: Block; readonly certificate: ConfirmedCertificate };
  /** The block to come, which executes, and another that executes too. */
  readonly next: SignedBlock;
  readonly other: SignedBlock;
}

/**
 * With one key for everything, only what was signed tells one signature from another. Another seat
 * may share the votes with it: then `validator` is the other.
 */
export async function stageOf(nonce = 1, others: readonly Signer[] = []): Promise<Stage> {
  const key = (testCommittee().owners[0] as TestOwner).signer;
  const seats = [key, ...others].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const reshape: Reshape = ({ header, rootChains }) => ({
    header: { ...header, committee: seats.map(({ publicKey }) => ({ publicKey, weight: 1n })) },
    rootChains: rootChains.map((config) => ({
      ...config,
      ownership: { ...config.ownership, superOwners: [ownerOf(key.publicKey)] },
    })),
  });
  const begun = testCommittee({ validators: 1, nonce, reshape });
  const { network, clock } = begun;
  const verifier = signatureVerifier({ policy: { kind: 'clients' } });
  const validators = seats.map((signer) => {
    const one = testValidator({ network, clock, store: memoryChainStore(), signer });
    return { ...one, ports: { ...one.ports, verifier } };
  });
  const own = others[0] ?? key;
  const validator = validators[seats.indexOf(own)] as TestValidator;
  const owners = begun.owners.map(({ chain }) => ({ chain, signer: key }));
  const committee = { ...begun, validators, owners };
  const [alice, bob] = owners as [TestOwner, TestOwner];
  const first = await confirm(committee, alice, [pay(bob.chain, 1n)]);
  const next = await proposed(committee, alice, [pay(bob.chain, 2n)]);
  const other = await proposed(committee, alice, [pay(bob.chain, 3n)]);
  return { committee, validator, key, alice, bob, first, next, other };
}

function keyOf({ publicKey }: Signer): string {
  return nameOfBytes(publicKey.bytes);
}
