import type { Guard } from './guard.ts';
import { clientGuards } from './of-clients.ts';
import { evidenceGuards } from './of-evidence.ts';
import { executionGuards, messageGuards } from './of-execution.ts';
import { feeGuards } from './of-fees.ts';
import { replayGuards } from './of-replays.ts';
import { roundGuards } from './of-rounds.ts';
import { stateGuards } from './of-states.ts';
import { walletGuards } from './of-wallets.ts';
import { worldGuards } from './of-worlds.ts';

const worker = (...names: readonly string[]) =>
  names.map((name) => `shared/worker/${name}.test.ts`);
const chain = 'shared/protocol/chain';

const signatureGuards: readonly Guard[] = [
  {
    name: 'an invalid signature refuses a request',
    file: `${chain}/signatures.ts`,
    text: 'if (invalid >= 0) {',
    without: 'if (invalid >= verdicts.length) {',
    tests: worker('refusals'),
  },
  {
    name: 'an undecided signature accepts nothing',
    file: `${chain}/signatures.ts`,
    text: "if (verdicts.includes('undecided')) {",
    without: 'if (asked < 0) {',
    tests: worker('refusals'),
  },
  {
    name: 'a certificate has a quorum, not one vote less',
    file: 'shared/protocol/block/check-certificate.ts',
    text: 'if (votes < committee.quorum) {',
    without: 'if (votes < committee.quorum - 1n) {',
    tests: ['shared/protocol/block/check-certificate.test.ts'],
  },
  {
    name: 'each seat counts once',
    file: 'shared/protocol/block/check-certificate.ts',
    text: 'if (signed.seat <= last) return',
    without: 'if (signed.seat < last) return',
    tests: ['shared/protocol/block/check-certificate.test.ts'],
  },
  {
    name: 'a proposal is signed for one network',
    file: 'shared/protocol/block/proposal.ts',
    text: 'const payload = {\n    network,',
    without: 'const payload = {\n    network: outcome,',
    tests: worker('networks'),
  },
  {
    name: 'a key of small order is not admitted',
    file: 'shared/protocol/crypto/signature.ts',
    text: 'return isBelowP(y) && ',
    without: 'return isBelowP(y) || ',
    tests: ['shared/protocol/crypto/signature.test.ts'],
  },
  {
    name: 'the zero address owns nothing',
    file: 'shared/protocol/crypto/signature.ts',
    text: ' && bytes.some((byte) => byte !== 0)',
    without: '',
    tests: ['test/evm-owner.test.ts'],
  },
  {
    name: 'of an EVM signature the lower s counts alone',
    file: 'shared/adapters/node-crypto/eip191.ts',
    text: 'compareBytes(s, halfOrder) <= 0',
    without: 'compareBytes(s, groupOrder) < 0',
    tests: ['shared/adapters/node-crypto/vectors.test.ts'],
  },
  {
    name: 'the recovered address is the one that signs',
    file: 'shared/adapters/node-crypto/eip191-check.ts',
    text: ' || !equalBytes(address, publicKey.bytes)',
    without: '',
    tests: ['test/evm-owner.test.ts'],
  },
];

const storeGuards: readonly Guard[] = [
  {
    name: 'the fence: a head replaces the one it was decided on',
    file: 'shared/adapters/memory/write-chains.ts',
    text: "if (record.version !== base) return 'conflict';",
    without: '',
    tests: worker('race'),
  },
  {
    name: 'the fence, in sqlite',
    file: 'shared/adapters/sqlite/save-chain.ts',
    text: ".changes === 0 ? 'conflict' : 'saved'",
    without: ".changes < 0 ? 'conflict' : 'saved'",
    tests: ['shared/adapters/sqlite/chain-store.test.ts'],
  },
  {
    name: 'a vote leaves after its decision is saved',
    file: 'shared/worker/update-chain.ts',
    text: 'const [result, signed] = await allDone([ports.chains.save(chain, version, write), signing]);',
    without: `const saving = ports.chains.save(chain, version, write);
    const signed = await signing;
    void saving.catch(() => undefined);
    const result = { kind: 'saved' } as Awaited<typeof saving>;`,
    tests: worker('race', 'replay'),
  },
  {
    name: 'whoever loses the race for a head discards its vote',
    file: 'shared/worker/update-chain.ts',
    text: "if (result.kind === 'conflict') return undefined;",
    without: '',
    tests: worker('race'),
  },
  {
    name: 'a mark that announces a later head stays',
    file: 'shared/adapters/memory/write-chains.ts',
    text: 'if (there !== undefined && there.at <= atMost) marks.delete(chain);',
    without: 'if (there !== undefined) marks.delete(chain);',
    tests: ['shared/adapters/memory/chain-store.test.ts'],
  },
  {
    name: 'a key signs only over the store it was bound to',
    file: 'shared/adapters/sqlite/bound-signer.ts',
    text: 'if (!(isNew || isKnown) || commits < known.commits) return false;',
    without: '',
    tests: ['shared/adapters/sqlite/bound-signer.test.ts'],
  },
  {
    name: 'a copy older than the key knows is refused',
    file: 'shared/adapters/sqlite/bound-signer.ts',
    text: ' || commits < known.commits',
    without: '',
    tests: ['shared/adapters/sqlite/bound-signer.test.ts'],
  },
];

const owedGuards: readonly Guard[] = [
  {
    name: 'a chain that begins to owe is marked first',
    file: 'shared/worker/write-of.ts',
    text: 'if (isOwed(saved) || !isOwed(head)) return undefined;',
    without: 'if (head) return undefined;',
    tests: worker('owed'),
  },
  {
    name: 'the head says that nothing is owed before the mark goes',
    file: 'shared/worker/sweep.ts',
    text: "if (result.kind !== 'saved') return 'owed';",
    without: '',
    tests: worker('owed'),
  },
  {
    name: 'a block above a gap delivers its envelopes',
    file: `${chain}/decide-confirmed.ts`,
    text: 'rows: envelopes(context, block),',
    without: 'rows: envelopes(context, block).slice(1, 0),',
    tests: worker('gaps'),
  },
  {
    name: 'a row of another block is found while it is put',
    file: 'shared/worker/update-chain.ts',
    text: "if (result.kind === 'row-mismatch') {",
    without: "if (result.kind === 'row-mismatch' && steps.length < 0) {",
    tests: worker('quarantine'),
  },
  {
    name: 'a validator whose store is another does not vote',
    file: 'shared/worker/update-chain.ts',
    text: 'const unbound = decision.vote && !(await mayVote(ports));',
    without: 'const unbound = !decision && !(await mayVote(ports));',
    tests: worker('refusals'),
  },
];

const bundleGuards: readonly Guard[] = [
  {
    name: 'the cursor: a bundle is taken once',
    file: 'shared/protocol/messaging/consume.ts',
    text: 'if (isBefore(bundle, nextToRemove)) {',
    without: 'if (bundle.transaction < 0) {',
    tests: ['shared/protocol/messaging/consume.test.ts'],
  },
  {
    name: 'a bundle that may not be skipped is not skipped',
    file: 'shared/protocol/messaging/consume.ts',
    text: 'if (lastUnskippable && !isBefore(lastUnskippable, nextToRemove)) {',
    without: 'if (lastUnskippable && lastUnskippable.transaction < 0) {',
    tests: ['shared/protocol/messaging/consume.test.ts'],
  },
  {
    name: 'a bundle comes from the block that its row names',
    file: `${chain}/bundle-presence.ts`,
    text: 'row.block !== bundle.block || ',
    without: '',
    tests: [`${chain}/bundle-presence.test.ts`],
  },
  {
    name: 'a bundle is as its sender sent it',
    file: `${chain}/bundle-presence.ts`,
    text: 'return checkContents(block, given);',
    without: 'return missing.length === 0 ? ok(undefined) : checkContents(block, given);',
    tests: worker('refusals'),
  },
  {
    name: "a vote needs the sender's block stored here",
    file: `${chain}/bundle-presence.ts`,
    text: 'if (!row || !sent) {',
    without: 'if (row && !sent) continue;\n    if (!row || !sent) {',
    tests: worker('inbox'),
  },
  {
    name: 'a bundle taken before it arrives leaves a tombstone',
    file: `${chain}/decide-confirmed.ts`,
    text: '...tombstones(block, rows), ',
    without: '',
    tests: worker('inbox'),
  },
  {
    name: 'an envelope of another certified block quarantines the chain',
    file: `${chain}/decide-confirmed.ts`,
    text: 'if (rows.mismatched.length > 0) return',
    without: 'if (rows.mismatched.length < 0) return',
    tests: worker('quarantine'),
  },
];

export const guards: readonly Guard[] = [
  ...signatureGuards,
  ...storeGuards,
  ...owedGuards,
  ...roundGuards,
  ...bundleGuards,
  ...executionGuards,
  ...messageGuards,
  ...feeGuards,
  ...replayGuards,
  ...evidenceGuards,
  ...stateGuards,
  ...worldGuards,
  ...clientGuards,
  ...walletGuards,
];
