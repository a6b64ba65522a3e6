import { Command } from 'commander';
import { type Builder, version } from './command.ts';

type Load = () => Promise<(builder: Builder) => Command>;

/** Each command with its file: only those that a command line may mean are loaded. */
const loaders: Readonly<Record<string, Load>> = {
  net: async () => (await import('./commands/net.ts')).net,
  validator: async () => (await import('./commands/validator.ts')).validator,
  wallet: async () => (await import('./commands/wallet.ts')).wallet,
  transfer: async () => (await import('./commands/transfer.ts')).transfer,
  balance: async () => (await import('./commands/balance.ts')).balance,
  claim: async () => (await import('./commands/claim.ts')).claim,
  approve: async () => (await import('./commands/approve.ts')).approve,
  'process-inbox': async () => (await import('./commands/process-inbox.ts')).processInbox,
  'retry-pending': async () => (await import('./commands/retry-pending.ts')).retryPending,
  sync: async () => (await import('./commands/sync.ts')).sync,
  watch: async () => (await import('./commands/watch.ts')).watch,
  'open-chain': async () => (await import('./commands/open-chain.ts')).openChain,
  'open-multi-owner-chain': async () =>
    (await import('./commands/open-multi-owner-chain.ts')).openMultiOwnerChain,
  'show-ownership': async () => (await import('./commands/show-ownership.ts')).showOwnership,
  'change-ownership': async () => (await import('./commands/change-ownership.ts')).changeOwnership,
  'close-chain': async () => (await import('./commands/close-chain.ts')).closeChain,
  'publish-blob': async () => (await import('./commands/publish-blob.ts')).publishBlob,
  'read-blob': async () => (await import('./commands/read-blob.ts')).readBlob,
  chain: async () => (await import('./commands/chain.ts')).chain,
  block: async () => (await import('./commands/block.ts')).block,
  evidence: async () => (await import('./commands/evidence.ts')).evidence,
  faucet: async () => (await import('./commands/faucet.ts')).faucet,
  verify: async () => (await import('./commands/verify.ts')).verify,
  decode: async () => (await import('./commands/decode.ts')).decode,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  bench: async () => (await import('./commands/bench.ts')).bench,
  sim: async () => (await import('./commands/sim.ts')).sim,
  summary: async () => (await import('./commands/summary.ts')).summary,
  keygen: async () => (await import('./commands/keygen.ts')).keygen,
  explain: async () => (await import('./commands/explain.ts')).explain,
};

const epilogue = `
Exit codes: 0 done, 1 refused, 2 wrong usage, 3 no quorum or unreachable, 4 local fault.
Environment: WEFT_HOME (state; default .weft in the clone), WEFT_PASSPHRASE_FILE, NO_COLOR.`;

/** The commands that `args` may mean: one if it is named first, otherwise all. */
export async function programFor(args: readonly string[], builder: Builder): Promise<Command> {
  const named = loaders[args.find((each) => !each.startsWith('-')) ?? ''];
  const needed = named === undefined ? Object.values(loaders) : [named];
  const program = new Command('weft')
    .description('microchains with certified blocks: run a network, move value')
    .version(version, '-V, --version', 'show the version')
    .option('--json', 'answer with one JSON object')
    .option('--verbose', 'show with an error what validators log it under')
    .addHelpText('after', epilogue);
  for (const build of await Promise.all(needed.map((load) => load()))) {
    program.addCommand(build(builder));
  }
  return program;
}
