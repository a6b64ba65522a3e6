import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { HintListener, ValidatorNode } from '#ports/validator-node.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import { type CertifiedBlock, certifiedBlockBytes } from '#protocol/block/certified-block.ts';
import { chainIdFromText } from '#protocol/block/chain-id.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { TestOwner } from '#test/support/committee.ts';
import * as drive from '#test/support/drive.ts';
import { loneValidator, type OpenedNode } from '#test/support/opened-node.ts';

type Claims = Readonly<Record<string, (opened: OpenedNode) => Promise<void> | void>>;

const nothingMore = { ownership: false, pending: false };
const nobody = chainIdFromText('77'.repeat(32));

/** What every validator promises its clients, near or far; `open` gives one with fresh chains. */
export function validatorNodeContract(name: string, open: () => Promise<OpenedNode>): void {
  for (const [claim, check] of Object.entries({
    ...infoClaims,
    ...changeClaims,
    ...pageClaims,
    ...hintClaims,
  })) {
    test(`${name}: ${claim}`, async () => {
      const opened = await open();
      try {
        await check(opened);
      } finally {
        await opened.close();
      }
    });
  }
}

const infoClaims: Claims = {
  'it has the key of its committee seat': ({ node, committee }) => {
    assert.deepEqual(node.publicKey, committee.network.genesis.committee[0]?.publicKey);
    assert.equal(node.name, 'validator-1');
  },

  'it knows a root chain before its first block': async ({ node, committee }) => {
    const [alice] = ownersOf(committee);
    const info = valueIn(await node.info(alice.chain, nothingMore));
    assert.equal(info.chain, alice.chain);
    assert.equal(info.next, 0n);
    assert.equal(info.balance, 100n * drive.token);
  },

  'it refuses to speak of a chain that the network does not have': async ({ node }) => {
    assert(nobody);
    const info = await node.info(nobody, nothingMore);
    assert.equal(info.ok ? undefined : info.error.kind, 'unknown-chain');
    assert.equal(info.ok ? undefined : info.error.remedy, 'sync');
  },

  'it tells of owners and of pending votes when asked, and only then': async (opened) => {
    const { node, committee } = opened;
    const [alice] = ownersOf(committee);
    const { proposal } = await proposed(opened);
    const vote = drive.voteOf((await node.handle(drive.proposeRequest(proposal))).decided);
    const basic = valueIn(await node.info(alice.chain, nothingMore));
    assert.deepEqual([basic.ownership, basic.pending], [undefined, undefined]);
    const all = valueIn(await node.info(alice.chain, { ownership: true, pending: true }));
    assert.equal(all.ownership?.superOwners.length, 1);
    assert.deepEqual(all.pending?.validate, vote);
    assert.deepEqual(all.pending?.accepted, proposal);
  },
};

const changeClaims: Claims = {
  'a proposal repeated brings the same vote': async (opened) => {
    const { proposal } = await proposed(opened);
    const first = await opened.node.handle(drive.proposeRequest(proposal));
    assert.equal(drive.kindOf(first), 'accepted');
    const second = await opened.node.handle(drive.proposeRequest(proposal));
    assert.deepEqual(drive.voteOf(second.decided), drive.voteOf(first.decided));
  },

  'a block moves from proposal to certificate, and repeats change nothing': async (opened) => {
    const { node } = opened;
    const { certificate, requests } = await certified(opened);
    const before = valueIn(await node.info(certificate.chain, nothingMore));
    assert.equal(before.next, 1n);
    assert.equal(before.tip, certificate.block);
    for (const request of requests.slice(1)) await node.handle(request);
    const after = valueIn(await node.info(certificate.chain, nothingMore));
    assert.deepEqual({ ...after, deadline: undefined }, { ...before, deadline: undefined });
    assert.equal(before.balance, 90n * drive.token);
  },

  'a lite certificate of a block it has not seen is sent again in full': async ({
    committee,
    node,
  }) => {
    const [alice, bob] = ownersOf(committee);
    const elsewhere = loneValidator().committee;
    const payment = [drive.pay(bob.chain, 10n)];
    const { certificate, block } = await drive.confirm(elsewhere, alice, payment);
    const lite = await node.handle({ kind: 'confirmed', certificate, body: undefined });
    assert.equal(drive.kindOf(lite), 'value-unknown');
    const body = { proposed: block.proposed, outcome: block.outcome };
    const full = await node.handle({ kind: 'confirmed', certificate, body });
    assert.equal(drive.kindOf(full), 'accepted');
  },

  'a refusal says what was found, what was expected and who can act': async (opened) => {
    const { proposal } = await proposed(opened);
    const signature = {
      ...proposal.signature,
      bytes: proposal.signature.bytes.map((byte) => byte ^ 1),
    };
    const reply = await opened.node.handle(drive.proposeRequest({ ...proposal, signature }));
    assert(reply.decided.kind === 'refused', inspect(reply));
    const { kind, remedy, found, expected } = reply.decided.refusal;
    assert.deepEqual([kind, remedy], ['invalid-signature', 'fix']);
    assert.ok(found.length > 0 && expected.length > 0);
  },
};

const pageClaims: Claims = {
  'blocks come in order from the height asked for, as many as asked for': async (opened) => {
    const made = [await certified(opened), await certified(opened), await certified(opened)];
    const { chain } = made[0]!.certificate;
    const ask = async (from: bigint, limit: number) =>
      valueIn(await opened.node.blocks(chain, blockHeight(from), limit)).map(hashOf);
    const hashes = made.map(({ certificate }) => certificate.block);
    assert.deepEqual(await ask(0n, 10), hashes);
    assert.deepEqual(await ask(1n, 1), hashes.slice(1, 2));
    assert.deepEqual(await ask(3n, 10), []);
    const [first] = valueIn(await opened.node.blocks(chain, blockHeight(0n), 1));
    assert.deepEqual(first?.certificate, made[0]?.certificate);
    assert.ok(first && certifiedBlockBytes(first).length > 400);
  },

  'what opens a vote is kept past the height, under the commitment': async (opened) => {
    const { certificate, requests } = await certified(opened);
    const [, validated] = requests;
    assert(validated?.kind === 'validated');
    const { chain, height, commitments } = certificate;
    const [commitment] = commitments;
    assert(commitment);
    const found = valueIn(await opened.node.openings(chain, height, commitment));
    assert.deepEqual(found, [validated.certificate]);
    await certified(opened);
    assert.deepEqual(valueIn(await opened.node.openings(chain, height, commitment)), found);
    assert.deepEqual(valueIn(await opened.node.openings(chain, height, certificate.block)), []);
  },

  'a chain that nobody knows has no blocks': async ({ node }) => {
    assert(nobody);
    assert.deepEqual(valueIn(await node.blocks(nobody, blockHeight(0n), 10)), []);
  },

  'pending bundles come in pages that resume': async (opened) => {
    const [, bob] = ownersOf(opened.committee);
    for (let block = 0; block < 3; block++) await certified(opened);
    const first = valueIn(await opened.node.pendingBundles(bob.chain, undefined, 2));
    assert.deepEqual(
      first.items.map(({ height }) => height),
      [0n, 1n],
    );
    assert(first.next);
    const second = valueIn(await opened.node.pendingBundles(bob.chain, first.next, 2));
    assert.deepEqual(
      second.items.map(({ height }) => height),
      [2n],
    );
    assert.equal(second.next, undefined);
  },
};

const hintClaims: Claims = {
  'who listens hears a reset, then of blocks and arrivals of its chains until it stops': async (
    opened,
  ) => {
    const [alice, bob] = ownersOf(opened.committee);
    const heard: string[] = [];
    const listener: HintListener = {
      onNotification: ({ chain, reason }) =>
        heard.push(`${chain === alice.chain ? 'alice' : 'bob'} ${reason.kind} ${reason.height}`),
      onReset: () => heard.push('reset'),
    };
    const subscription = opened.node.subscribe(new Set([alice.chain, bob.chain]), listener);
    const hears = async (count: number) => {
      for (let waited = 0; heard.length < count; waited++) {
        assert.ok(waited < 500, inspect(heard));
        await sleep(5);
      }
    };
    await hears(1);
    await certified(opened);
    await hears(3);
    subscription.close();
    await certified(opened);
    await sleep(20);
    assert.deepEqual(heard.toSorted(), ['alice new-block 0', 'bob new-bundle 0', 'reset']);
    assert.equal(heard[0], 'reset');
  },
};

function ownersOf({ owners }: OpenedNode['committee']): [TestOwner, TestOwner] {
  return [owners[0] as TestOwner, owners[1] as TestOwner];
}

/** The next payment from the first chain to the second. */
async function proposed({ committee, validator }: OpenedNode) {
  const [alice, bob] = ownersOf(committee);
  const draft = await drive.draft(committee, validator, alice, [drive.pay(bob.chain, 10n)]);
  return await drive.sign(committee, validator, draft, { signer: alice.signer });
}

interface Certified {
  readonly certificate: ConfirmedCertificate;
  /** What was sent for it. */
  readonly requests: readonly ChainRequest[];
}

/** Confirms that payment through the node. */
async function certified(opened: OpenedNode): Promise<Certified> {
  const { committee, node } = opened;
  const { proposal } = await proposed(opened);
  const propose = drive.proposeRequest(proposal);
  const validate = drive.validatedFrom(committee, [await voteFor(node, propose)]);
  const validated: ChainRequest = { kind: 'validated', certificate: validate, body: undefined };
  const certificate = drive.confirmedFrom(committee, [await voteFor(node, validated)]);
  const confirmed: ChainRequest = { kind: 'confirmed', certificate, body: undefined };
  assert.equal(drive.kindOf(await node.handle(confirmed)), 'accepted');
  return { certificate, requests: [propose, validated, confirmed] };
}

async function voteFor(node: ValidatorNode, request: ChainRequest) {
  return drive.voteOf((await node.handle(request)).decided);
}

function hashOf({ block }: CertifiedBlock): string {
  return block.hash;
}

function valueIn<T>(result: Result<T, unknown>): T {
  assert(result.ok, inspect(result));
  return result.value;
}
