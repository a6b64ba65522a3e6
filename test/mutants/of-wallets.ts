import type { Guard } from './guard.ts';

const faucet = ['cli/faucet/claims.test.ts'];
const inbox = ['client/inbox/policy.test.ts'];
const proof = ['client/proof-file.test.ts'];

export const walletGuards: readonly Guard[] = [
  {
    name: 'a faucet reads its chain before it serves',
    file: 'cli/faucet/claims.ts',
    text: '.filter((one) => !ledger.claimed(one))',
    without: '',
    tests: faucet,
  },
  {
    name: 'what came back is taken, whatever a policy rejects',
    file: 'client/inbox/apply-policy.ts',
    text: "new Set(['protected', 'bouncing'])",
    without: "new Set(['protected'])",
    tests: inbox,
  },
  {
    name: 'an ignored sender is left alone, though it is allowed too',
    file: 'client/wallet/inbox-policy.ts',
    text: "if (ignore.includes(origin)) return 'ignore';\n  return allow.includes(origin) ? 'accept'",
    without:
      "if (allow.includes(origin)) return 'accept';\n  return ignore.includes(origin) ? 'ignore'",
    tests: inbox,
  },
  {
    name: 'each description of a proof is of a child of the next',
    file: 'client/proof-file.ts',
    text: 'if (parent !== above) return',
    without: 'if (parent === undefined) return',
    tests: proof,
  },
  {
    name: 'the last description of a proof is of a root of the network',
    file: 'client/proof-file.ts',
    text: 'if (found !== expected) return',
    without: 'if (found === undefined) return',
    tests: proof,
  },
];
