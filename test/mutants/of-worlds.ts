import type { Guard } from './guard.ts';

const protocol = 'shared/protocol';
const worlds = ['test/simulation/world.test.ts'];

/** What worlds of many seeds miss, or would notice only after long runs. */
export const worldGuards: readonly Guard[] = [
  {
    name: "a claim's grant is taken from somebody",
    file: `${protocol}/execution/attach-grant.ts`,
    text: 'balances.debit(giver, amount(cost));',
    without: 'balances.available(giver);',
    tests: worlds,
  },
  {
    name: 'what is left of a grant is given back',
    file: `${protocol}/execution/settle-grant.ts`,
    text: 'if (left > 0n) payTokens',
    without: 'if (left < 0n) payTokens',
    tests: worlds,
  },
  {
    name: 'nobody moves the tokens of another',
    file: `${protocol}/execution/transfer.ts`,
    text: 'return allowed.ok ? moveTokens(context, movement) : allowed;',
    without: 'return allowed.ok || movement.amount ? moveTokens(context, movement) : allowed;',
    tests: worlds,
  },
  {
    name: 'a block is stored with what opened its last votes',
    file: `${protocol}/chain/decide-confirmed.ts`,
    text: 'block: { block, certificate, opening: openingInside(head.manager) },',
    without:
      'block: { block, certificate, opening: head.owedFrom && openingInside(head.manager) },',
    tests: worlds,
  },
  {
    name: 'a block above a gap publishes what it has',
    file: `${protocol}/chain/decide-confirmed.ts`,
    text: 'published: publishedBy(block.proposed),\n    rows: envelopes(context, block),',
    without: 'published: [],\n    rows: envelopes(context, block),',
    tests: ['test/child-chains.test.ts'],
  },
  {
    name: 'an older timeout certificate moves nothing',
    file: `${protocol}/manager/timeout.ts`,
    text: 'if (manager.timeout && compareRounds(round, manager.timeout.round) <= 0) {',
    without: 'if (manager.timeout && compareRounds(round, manager.timeout.round) === 0) {',
    tests: [`${protocol}/manager/timeout.test.ts`],
  },
];
