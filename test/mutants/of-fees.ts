import type { Guard } from './guard.ts';

const execution = 'shared/protocol/execution';
const fees = [`${execution}/fees.test.ts`];

export const feeGuards: readonly Guard[] = [
  {
    name: 'nobody pays a part of what cannot be paid',
    file: `${execution}/payers.ts`,
    text: 'if (owed > 0n) return',
    without: 'if (owed < 0n) return',
    tests: [`${execution}/payers.test.ts`],
  },
  {
    name: 'a limit binds before anything is paid',
    file: `${execution}/resources.ts`,
    text: 'if (refused) return refused;\n      if (isFree)',
    without: 'if (isFree)',
    tests: [`${execution}/resources.test.ts`],
  },
  {
    name: 'what is refused is free',
    file: `${execution}/receive-bundle.ts`,
    text: 'mustBePossible ? fees.useSentAnyway() : fees.useSentFreely()',
    without: 'mustBePossible ? fees.useSent() : fees.useSentFreely()',
    tests: fees,
  },
  {
    name: 'the grant pays first',
    file: `${execution}/fees.ts`,
    text: 'grant ? [grant, ...payers] : payers',
    without: 'grant ? [...payers, grant] : payers',
    tests: fees,
  },
  {
    name: 'what was paid is counted as burned',
    file: `${execution}/execute-block.ts`,
    text: '  burnFees(view, meter);\n',
    without: '',
    tests: ['test/conservation.test.ts'],
  },
  {
    name: 'a chain pays fees for its owners alone',
    file: `${execution}/fees.ts`,
    text: 'if (checkMaySpend(ownership, chainOwner, signer).ok) {',
    without: 'if (checkMaySpend !== undefined && ownership) {',
    tests: fees,
  },
  {
    name: "a stranger's claim takes nothing of the chain's own",
    file: `${execution}/attach-grant.ts`,
    text: 'const isChains = mayUseChains && ',
    without: 'const isChains = mayUseChains !== undefined && ',
    tests: fees,
  },
];
