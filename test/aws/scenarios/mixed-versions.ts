import assert from 'node:assert/strict';
import { blockKey } from '#adapters/dynamodb/item-keys.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainReply } from '#protocol/chain/requests.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { chainOf, granted, refusedAs } from '#test/support/client-world.ts';
import type { CommitteeDriver } from '#test/support/committee-driver.ts';
import { asOwner, comesTrue } from '#test/support/committee-scenarios.ts';
import {
  answered,
  type DeployedScenario,
  nodeOf,
  reachedBy,
  unitsForBob,
} from '../support/deployed-network.ts';
import { laterRelease, releaseBefore, storedFormats, unknownFormat } from '../support/releases.ts';
import { type StoredItems, storedItems } from '../support/stored-items.ts';
import { partsOf } from '../support/validator-parts.ts';
import { listenedTo } from '../support/watched-votes.ts';
import { answeredBy, liveVersion, publishWorker, whileLive } from '../support/worker-versions.ts';

/** A block of so many transfers is long enough to be packed. */
const transfers = 40;
const basics = { ownership: false, pending: false };

/** A long block, which alpha signed. */
async function payMuch(
  committee: CommitteeDriver,
  from: 'alice' | 'carol',
): Promise<CertifiedBlock> {
  return await asOwner(committee, [from], async ({ client }) => {
    const operations = unitsForBob(committee, transfers);
    const chain = chainOf(committee, from);
    const { block } = granted(await client.execute({ chain, operations }));
    const made = await client.block(chain, block.height);
    assert.ok(made);
    return made;
  });
}

function assertSigned(committee: CommitteeDriver, { certificate }: CertifiedBlock): void {
  const seats = certificate.signatures.map(({ seat }) => seat);
  assert.ok(seats.includes(committee.seatOf('alpha')), `${seats}`);
}

/** Versions take turns: what one voted for, the other confirms. */
function inTurn(versions: readonly [string, string]): (path: string) => string {
  const turns = new Map<boolean, number>();
  return (path) => {
    const isVote = path.includes('/proposals');
    const turn = turns.get(isVote) ?? 0;
    turns.set(isVote, turn + 1);
    return versions[(turn + Number(isVote)) % 2] ?? versions[0];
  };
}

/** In which formats alpha keeps these blocks. */
async function formatsOf(
  items: StoredItems,
  blocks: readonly CertifiedBlock[],
): Promise<ReadonlySet<number>> {
  const keys = blocks.map(({ block: { header } }) => blockKey(header.chain, header.height));
  const found = (await items.data()).filter(({ pk, sk }) =>
    keys.some((key) => pk?.B && sk?.B && equalBytes(key.pk, pk.B) && equalBytes(key.sk, sk.B)),
  );
  assert.equal(found.length, blocks.length);
  return new Set(found.map(({ v }) => v?.B?.[0] ?? 0));
}

const mixed: DeployedScenario = {
  name: 'two versions vote in turn over one table, and the older goes on from what the newer wrote',
  run: async (network) => {
    const { committee } = network;
    const { worker } = await partsOf('alpha');
    const older = await publishWorker(worker, releaseBefore);
    const turns = inTurn([await liveVersion(worker), older]);
    const both = reachedBy(network, answeredBy(worker, nodeOf(network, 'alpha'), turns));
    const [stopped = ''] = committee.embedded;
    const blocks: CertifiedBlock[] = [];
    await committee.stop(stopped);
    try {
      for (let count = 0; count < 4; count++) blocks.push(await payMuch(both, 'alice'));
      const kept = await formatsOf(await storedItems('alpha'), blocks);
      assert.deepEqual(
        [...kept].sort((a, b) => a - b),
        [storedFormats.plain, storedFormats.deflated],
      );
      await whileLive(worker, older, async () => {
        blocks.push(await payMuch(committee, 'alice'), await payMuch(committee, 'alice'));
      });
    } finally {
      await committee.start(stopped);
    }
    for (const each of blocks) assertSigned(committee, each);
    const alone = answeredBy(worker, nodeOf(network, 'alpha'), () => older);
    const [first] = blocks;
    assert.ok(first);
    const { chain, height } = first.block.header;
    const read = await answered(() => alone.blocks(chain, height, blocks.length));
    assert.deepEqual(
      read.map(({ block }) => block.hash),
      blocks.map(({ block }) => block.hash),
    );
  },
};

/** Makes readable again what the later release wrote. */
async function forget(items: StoredItems): Promise<void> {
  for (const item of await items.heads()) {
    if (item.head?.B?.[0] === unknownFormat) {
      await items.putHead({ ...item, head: { B: Uint8Array.from(item.head.B).with(0, 1) } });
    }
  }
  for (const item of await items.data()) {
    if (item.v?.B?.[0] === unknownFormat) {
      await items.putData({ ...item, v: { B: Uint8Array.from(item.v.B).with(0, 1) } });
    }
  }
}

const unknown: DeployedScenario = {
  name: 'what a later version wrote is busy to an older one, which neither votes nor writes over it',
  run: async (network) => {
    const { committee } = network;
    const { worker } = await partsOf('alpha');
    const items = await storedItems('alpha');
    const alpha = nodeOf(network, 'alpha');
    const carol = chainOf(committee, 'carol');
    const head = async () =>
      (await items.heads()).find(
        (item) => item.chain?.B && equalBytes(item.chain.B, bytesFromHex(carol)),
      );
    const version = await publishWorker(worker, laterRelease);
    const knowing = answeredBy(worker, alpha, () => version);
    const isAt = async ({ block: { header } }: CertifiedBlock) =>
      (await answered(() => knowing.info(carol, basics))).next > header.height;
    try {
      await whileLive(worker, version, async () => {
        const made = await payMuch(committee, 'carol');
        await comesTrue(() => isAt(made));
      });
      const kept = await head();
      assert.equal(kept?.head?.B?.[0], unknownFormat);
      assert.equal(refusedAs(await alpha.info(carol, basics)), 'busy');
      const replies: ChainReply[] = [];
      const heard = listenedTo(alpha, (reply) => replies.push(reply));
      await payMuch(reachedBy(network, heard), 'carol');
      const kinds = replies.map(({ decided }) =>
        decided.kind === 'refused' ? decided.refusal.kind : decided.kind,
      );
      assert.deepEqual([...new Set(kinds)], ['busy']);
      assert.deepEqual(await head(), kept);
      await whileLive(worker, version, async () => {
        const made = await payMuch(committee, 'carol');
        await comesTrue(() => isAt(made));
      });
    } finally {
      await forget(items);
    }
  },
};

export const mixedVersions: readonly DeployedScenario[] = [mixed, unknown];
