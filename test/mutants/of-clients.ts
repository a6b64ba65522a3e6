import type { Guard } from './guard.ts';

/** What keeps a client safe and moving when others are active at its height. */
export const clientGuards: readonly Guard[] = [
  {
    name: 'a client goes no round further than what a lock admits',
    file: 'client/block/next-move.ts',
    text: 'compareRounds(round, lock.certificate.round) <= 0) return false;',
    without: 'compareRounds(round, lock.certificate.round) < 0) return false;',
    tests: ['client/block/next-move.test.ts'],
  },
  {
    name: 'a minority of claims leaves no round',
    file: 'client/block/next-move.ts',
    text: 'if (weight >= place.committee.quorum) return laterRound',
    without: 'if (weight > 0n) return laterRound',
    tests: ['client/block/next-move.test.ts'],
  },
  {
    name: 'one attempt is made in a single-leader round',
    file: 'client/block/next-move.ts',
    text: 'if (isFirst && mayOpen && mayTry',
    without: 'if (mayOpen && mayTry',
    tests: ['client/block/next-move.test.ts'],
  },
  {
    name: 'a proposal in another round is saved before it leaves',
    file: 'client/block/drive.ts',
    text: 'if (move.block.hash === own.block.hash) await save(proposed);',
    without: 'if (move.block.hash !== own.block.hash) await save(proposed);',
    tests: ['client/disputes.test.ts'],
  },
  {
    name: 'a device stops using fast rounds that another uses',
    file: 'client/block/prepare.ts',
    text: 'await wallet.setFast(chain, undefined);',
    without: '',
    tests: ['client/takeover.test.ts'],
  },
  {
    name: 'a validator that lacks the certificates of a round is sent them',
    file: 'client/sync/send-repaired.ts',
    text: 'return (await pushRounds(local, member, { chain, height })) > 0;',
    without: 'return false;',
    tests: ['client/repairs.test.ts'],
  },
  {
    name: 'who has fewer votes gives way',
    file: 'client/block/move-on.ts',
    text: 'weight > own || (weight === own && name < ours)',
    without: 'weight < 0n && own > 0n && name < ours',
    tests: ['client/contention.test.ts'],
  },
  {
    name: 'a block that nobody certified keeps nobody from asking others',
    file: 'client/sync/fetch-certified.ts',
    text: 'return (await accept(certified)) ? certified : undefined;',
    without: 'await accept(certified);\n      return certified;',
    tests: ['client/hostile.test.ts'],
  },
  {
    name: 'blobs travel with the blocks that bring a validator up to date',
    file: 'client/sync/push-certified.ts',
    text: "if (refusal?.kind !== 'missing-blobs') return refusal;",
    without: 'if (refusal) return refusal;',
    tests: ['client/repairs.test.ts'],
  },
  {
    name: 'a silent peer is waited for once a run',
    file: 'shared/worker/ask-peers.ts',
    text: 'silent.add(peer);',
    without: '',
    tests: ['shared/worker/finish-uncertified.test.ts'],
  },
];
