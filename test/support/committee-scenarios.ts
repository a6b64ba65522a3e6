import assert from 'node:assert/strict';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { verifyProofFile } from '#client/proof-file.ts';
import type { TransferReceipt } from '#client/transfer.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { networkIdOf } from '#protocol/block/genesis.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { chainOf, granted, newDevice, type OpenClient, openClient } from './client-world.ts';
import type { CommitteeDriver } from './committee-driver.ts';

/** What holds for every committee of four; each leaves it as it found it, but for its chains. */
export interface Scenario {
  readonly name: string;
  run(committee: CommitteeDriver): Promise<void>;
}

const one = amount(1n);

/** Does something as the owner of these chains, on a device of its own. */
export async function asOwner<T>(
  committee: CommitteeDriver,
  names: readonly string[],
  work: (open: OpenClient) => Promise<T>,
): Promise<T> {
  const open = await openClient(committee, names, newDevice());
  for (const name of names) granted(await open.client.sync(name));
  try {
    return await work(open);
  } finally {
    await open.client.close();
  }
}

/** Pays one unit from one chain to the other. */
export async function payOne(
  committee: CommitteeDriver,
  { client }: OpenClient,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<TransferReceipt> {
  return granted(await client.transfer({ from, to: chainOf(committee, to), amount: one }));
}

async function blockOf(
  { client }: OpenClient,
  { block }: TransferReceipt,
): Promise<CertifiedBlock> {
  const found = await client.block(block.chain, block.height);
  assert.ok(found);
  return found;
}

const movesTokens: Scenario = {
  name: 'tokens move, arrive and are taken',
  run: async (committee) => {
    const names = ['alice', 'bob'];
    await asOwner(committee, names, async (open) => {
      const before = granted(await open.client.balance('bob'));
      const paid = await payOne(committee, open, { from: 'alice', to: 'bob' });
      assert.ok(paid.isDelivered);
      const taken = granted(await open.client.processInbox('bob'));
      assert.ok(taken.taken >= 1);
      const after = granted(await open.client.balance('bob'));
      const expected = before.confirmed + before.incoming + one;
      assert.equal(after.confirmed, expected);
    });
  },
};

const isVerified: Scenario = {
  name: 'a block is shown to be final from the id of the network alone',
  run: async (committee) => {
    const network = networkIdOf(committee.development.genesis.header);
    await asOwner(committee, ['alice'], async (open) => {
      const paid = await payOne(committee, open, { from: 'alice', to: 'bob' });
      const proof = granted(await open.client.prove(await blockOf(open, paid)));
      const verifier = signatureVerifier({ policy: { kind: 'clients' } });
      const proven = granted(await verifyProofFile(proof, network, verifier));
      assert.equal(proven.block.hash, paid.block.hash);
    });
  },
};

const isSynchronised: Scenario = {
  name: 'another device learns the same chain from the validators',
  run: async (committee) => {
    const known = await asOwner(committee, ['alice'], async (open) => {
      await payOne(committee, open, { from: 'alice', to: 'bob' });
      return granted(await open.client.balance('alice'));
    });
    await asOwner(committee, ['alice'], async ({ client }) => {
      const found = granted(await client.balance('alice'));
      assert.equal(found.confirmed, known.confirmed);
      assert.ok(found.isComplete);
    });
  },
};

const oneIsDown: Scenario = {
  name: 'while one is stopped all others sign, and it catches up when it is back',
  run: async (committee) => {
    const [stopped = ''] = committee.embedded;
    await committee.stop(stopped);
    const others = [...committee.steady, ...committee.embedded]
      .filter((name) => name !== stopped)
      .map((name) => committee.seatOf(name));
    try {
      await asOwner(committee, ['alice'], async (open) => {
        const { certificate } = await blockOf(
          open,
          await payOne(committee, open, { from: 'alice', to: 'bob' }),
        );
        const signed = certificate.signatures.map(({ seat }) => seat);
        assert.deepEqual(
          signed,
          others.toSorted((a, b) => a - b),
        );
      });
    } finally {
      await committee.start(stopped);
    }
    await asOwner(committee, ['alice'], async (open) => {
      const { block } = await payOne(committee, open, { from: 'alice', to: 'bob' });
      const node = committee.validators.find(({ node: { name } }) => name === stopped)?.node;
      assert.ok(node);
      await comesTrue(async () => {
        const info = granted(await node.info(block.chain, { ownership: false, pending: false }));
        return info.next > block.height;
      });
    });
  },
};

const waitMsMax = 30_000;

/** Waits until it is so. */
export async function comesTrue(isSo: () => Promise<boolean>, msMax = waitMsMax): Promise<void> {
  const end = performance.now() + msMax;
  while (!(await isSo())) {
    assert.ok(performance.now() < end, `it is not so after ${msMax} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export const committeeScenarios: readonly Scenario[] = [
  movesTokens,
  isVerified,
  isSynchronised,
  oneIsDown,
];
