import type { Guard } from './guard.ts';

const execution = 'shared/protocol/execution';
const chain = 'shared/protocol/chain';
const worker = (...names: readonly string[]) =>
  names.map((name) => `shared/worker/${name}.test.ts`);

export const executionGuards: readonly Guard[] = [
  {
    name: 'data opens no chain, though it reads like a description',
    file: 'shared/worker/load-start.ts',
    text: "if (blobIdOf({ kind: 'chain-description' }, bytes) !== id) return undefined;",
    without: 'if (bytes.length === 0) return undefined;',
    tests: ['test/child-chains.test.ts'],
  },
  {
    name: 'nobody spends what he does not have',
    file: `${execution}/balances.ts`,
    text: 'if (account.balance < taken) return',
    without: 'if (account.balance + taken < taken) return',
    tests: [`${execution}/transfer.test.ts`],
  },
  {
    name: "only its owner spends an account's money",
    file: `${execution}/authority.ts`,
    text: 'const allowed = by !== undefined && maySpend(ownership, account, by);',
    without: 'const allowed = by !== undefined || maySpend(ownership, account, by);',
    tests: [`${execution}/transfer.test.ts`],
  },
  {
    name: 'a proposer claims the outcome that there is',
    file: `${chain}/decide-proposal.ts`,
    text: 'if (found !== outcome) return',
    without: 'if (found === undefined) return',
    tests: worker('refusals'),
  },
  {
    name: "a block's time is not ahead of the clock",
    file: `${chain}/decide-proposal.ts`,
    text: 'if (timestamp > latest) {',
    without: 'if (timestamp > latest + latest) {',
    tests: worker('refusals', 'timestamps'),
  },
  {
    name: "a block's time is waited for",
    file: `${chain}/decide-proposal.ts`,
    text: "if (timestamp > context.now) return { kind: 'not-before', at: timestamp };",
    without: '',
    tests: worker('timestamps'),
  },
  {
    name: 'a certified block is executed to its certified outcome',
    file: `${chain}/decide-confirmed.ts`,
    text: 'if (result.block.hash !== block.hash) return',
    without: 'if (!result.block.hash) return',
    tests: worker('quarantine'),
  },
];

export const messageGuards: readonly Guard[] = [
  {
    name: 'a message moves nothing without the authority it carries',
    file: `${execution}/accept-message.ts`,
    text: 'const allowed = checkMaySpend(ownership, body.owner, message.authenticated);',
    without: 'const allowed = checkMaySpend(ownership, body.owner, context.signer);',
    tests: [`${execution}/accept-message.test.ts`],
  },
  {
    name: 'a withdrawal that came back takes nothing',
    file: `${execution}/accept-message.ts`,
    text: "if (message.delivery.kind === 'bouncing') return ok(undefined);",
    without: '',
    tests: [`${execution}/accept-message.test.ts`],
  },
  {
    name: 'a claim is asked in the name of whoever signs it',
    file: `${execution}/claim.ts`,
    text: 'if (signer === undefined || !mayAsk(from.owner, signer)) {',
    without: 'if (signer === undefined) {',
    tests: [`${execution}/claim.test.ts`],
  },
  {
    name: 'an allowance is used up',
    file: `${execution}/allowances.ts`,
    text: 'amount(allowed - moved));',
    without: 'amount(allowed));',
    tests: [`${execution}/allowances.test.ts`],
  },
  {
    name: 'only its spender uses an allowance',
    file: `${execution}/allowances.ts`,
    text: 'if (signer === undefined || !isSameOwner(spender, signer)) {',
    without: 'if (signer === undefined) {',
    tests: [`${execution}/allowances.test.ts`],
  },
  {
    name: 'the balance of an opened chain is taken from its parent',
    file: `${execution}/lifecycle.ts`,
    text: 'const taken = takeTokens(context, chainOwner, config.balance);',
    without: 'const taken = ok(undefined);',
    tests: [`${execution}/lifecycle.test.ts`, 'test/conservation.test.ts'],
  },
  {
    name: 'a closed chain does nothing of its own',
    file: `${execution}/execute-operation.ts`,
    text: 'if (context.effects.isClosed()) {',
    without: 'if (context.height < 0n) {',
    tests: [`${execution}/lifecycle.test.ts`],
  },
  {
    name: 'a closed chain accepts only what came back',
    file: `${execution}/receive-bundle.ts`,
    text: 'context.effects.isClosed() && !messages.every(isReturned)',
    without: 'context.effects.isClosed() && !messages.some(isReturned)',
    tests: [`${execution}/reject-message.test.ts`],
  },
  {
    name: 'new owners rule from the next block on',
    file: `${execution}/execute-block.ts`,
    text: 'if (changed !== undefined) writeSettings(view, changed);',
    without: 'if (changed?.closed) writeSettings(view, changed);',
    tests: [`${execution}/lifecycle.test.ts`],
  },
];
