import { clientKinds, nextStepOfAny, remedyOfAny } from '#client/rejection.ts';
import { type Remedy, rejectionKinds } from '#protocol/chain/remedies.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { reject } from '#protocol/primitives/result.ts';
import { isWireKind, nextFor, remedyForWire, wireKinds } from '#wire/rejections.ts';

/** What a command's exit code says. */
export const exitCodes = {
  ok: 0,
  refused: 1,
  usage: 2,
  unreachable: 3,
  'local-fault': 4,
} as const;
type Exit = Exclude<keyof typeof exitCodes, 'ok'>;

/** A new kind does not compile without its row: who can act, how, and how the command exits. */
const rows = {
  'unknown-command': ['usage', 'fix', 'Run `weft --help` for the list of commands.'],
  'unknown-option': ['usage', 'fix', 'Run the command with --help for its options.'],
  'unexpected-argument': ['usage', 'fix', 'Run the command with --help for its arguments.'],
  'missing-argument': ['usage', 'fix', 'Run the command with --help for its arguments.'],
  'missing-option': ['usage', 'fix', 'Run the command with --help for its options.'],
  'missing-value': ['usage', 'fix', 'Run the command with --help for its options.'],
  'invalid-argument': ['usage', 'fix', 'Run the command with --help for what it takes.'],
  'not-confirmed': ['usage', 'fix', 'Answer yes, or add --yes.'],
  'no-passphrase': ['usage', 'fix', 'Set WEFT_PASSPHRASE_FILE, or run the command in a terminal.'],
  'exposed-passphrase': ['usage', 'fix', 'Run chmod 600 on the file, then try again.'],
  'binary-output': ['usage', 'fix', 'Redirect the output: add `> proof.bin`.'],
  'unknown-bytes': [
    'refused',
    'fix',
    'Check that all bytes are there; --as says where they break.',
  ],
  'unknown-kind': ['usage', 'fix', 'Run `weft explain` for the list of kinds.'],
  'unknown-validator': ['usage', 'fix', 'Run `weft validator list` for the names.'],
  'unknown-block': ['refused', 'fix', 'Check the hash; `weft sync` fetches newer blocks first.'],
  'other-settings': ['refused', 'fix', 'Add --fresh to begin a new network, or leave them out.'],
  'invalid-genesis': ['refused', 'fix', 'Get the genesis from another source.'],
  'joined-home': ['refused', 'fix', 'Choose another WEFT_HOME; this network runs elsewhere.'],
  'network-running': ['refused', 'fix', 'Run `weft net down` first.'],
  'faucet-busy': ['refused', 'retry', 'Wait for some seconds, then ask again.'],
  'faucet-empty': ['refused', 'retry', 'Ask who runs the faucet to send its chain more tokens.'],
  'faucet-failed': ['unreachable', 'retry', 'Check the address of the faucet, then ask again.'],
  'invalid-claim': ['refused', 'fix', 'Name an owner, as `weft keygen` shows it.'],
  'rate-limited': ['refused', 'retry', 'Wait for a minute, then ask again.'],
  'problems-found': ['refused', 'fix', 'See the failed checks, each with what to do.'],
  unreachable: ['unreachable', 'retry', 'Run `weft net up`, then try again.'],
  'no-network': [
    'local-fault',
    'fix',
    'Run `weft net up`, join a network with `weft wallet init --network`, or set WEFT_HOME.',
  ],
  'no-wallet': ['local-fault', 'fix', 'Run `weft wallet init` first, or set WEFT_HOME.'],
  'malformed-home': ['local-fault', 'fix', 'Run `weft net reset`, or restore the file.'],
  'home-busy': ['local-fault', 'retry', 'Wait for the other command, then try again.'],
  'port-occupied': ['local-fault', 'fix', 'Stop the other program, or choose --port 0.'],
  'validator-failed': ['local-fault', 'retry', 'Read the log, then run `weft net up` again.'],
  'bench-failed': ['local-fault', 'retry', 'See what it wrote, then try again.'],
  'not-stopped': ['local-fault', 'retry', 'Stop the process by its id.'],
  'key-in-use': ['local-fault', 'fix', 'Stop the process that runs this validator.'],
  'no-key': [
    'local-fault',
    'fix',
    'Put the key file back, or begin a new network with `weft net up --fresh`.',
  ],
  'no-validator-config': ['local-fault', 'fix', 'Run `weft validator init` with its name first.'],
  'invalid-validator-config': ['local-fault', 'fix', 'Correct that field of the file.'],
  'invalid-stanza': ['refused', 'fix', 'Ask for the file that `weft validator init` wrote.'],
  'other-genesis': ['refused', 'fix', 'Join with the genesis that is there, or use a new bucket.'],
  'synth-failed': ['local-fault', 'fix', 'Run `npx cdk synth`, which says more.'],
  'deploy-failed': ['local-fault', 'retry', 'See what it wrote, then run the command again.'],
  'aws-failed': ['unreachable', 'retry', 'Run `weft validator doctor` with its name.'],
  'file-exists': ['refused', 'fix', 'Choose another path.'],
  'no-such-file': ['local-fault', 'fix', 'Check the path of the file.'],
  'storage-fault': ['local-fault', 'retry', 'Check the disk, then run `weft doctor`.'],
  bug: ['local-fault', 'retry', 'Report it, with the output under WEFT_DEBUG=1.'],
} as const satisfies Readonly<Record<string, readonly [Exit, Remedy, next: string]>>;

/** What only this program says; validators and the client library have kinds of their own. */
export type CliKind = keyof typeof rows;

/** Kinds of others that do not exit as refused. */
const exits: Readonly<Partial<Record<string, Exit>>> = {
  'no-quorum': 'unreachable',
  'wallet-busy': 'local-fault',
  'malformed-wallet': 'local-fault',
};

/** What a command's reader does about kinds whose own text speaks to users of the library. */
const nextInCommands: Readonly<Partial<Record<string, string>>> = {
  'no-quorum': 'Run `weft net up`, then `weft retry-pending` for the block that is kept.',
  'block-pending': 'Run `weft retry-pending` for this chain before making another block.',
  'store-not-bound': 'Restore the store of this validator, or run `weft net up --fresh`.',
  'not-an-owner': 'Choose an owner with --as, or move tokens with `weft claim` from another chain.',
  'chain-not-empty':
    'Run `weft process-inbox`, then close it with --drain-to, or with --abandon to lose the rest.',
  'unknown-blob': 'Check the id; what was never published cannot be read.',
  'unknown-chain': 'Check the id of the chain; no validator that answers knows it.',
  'other-network': 'Use what is of this network, or another WEFT_HOME.',
  'height-passed': 'Run `weft sync`, then try again.',
};

/** An error as it is shown: what happened, who can put it right, and how. */
export interface Failure {
  readonly kind: string;
  readonly found: string;
  readonly expected: string;
  readonly remedy: Remedy;
  readonly next: string;
}

export function fail(kind: CliKind, found: string, expected: string) {
  return reject<Rejection<CliKind>>({ kind, found, expected });
}

export function failureFrom({ kind, found, expected }: Rejection): Failure {
  return { kind, found, expected, ...explanationOf(kind) };
}

export function exitCodeOf(kind: string): number {
  const exit = isCliKind(kind) ? rows[kind][0] : exits[kind];
  return exitCodes[exit ?? 'refused'];
}

export function explanationOf(kind: string): Pick<Failure, 'remedy' | 'next'> {
  if (isCliKind(kind)) return { remedy: rows[kind][1], next: rows[kind][2] };
  const inCommands = nextInCommands[kind];
  if (isWireKind(kind)) return { remedy: remedyForWire(kind), next: nextFor(kind) };
  return { remedy: remedyOfAny(kind), next: inCommands ?? nextStepOfAny(kind) };
}

/** Every kind that a command may show, in alphabetical order. */
export const allKinds: readonly string[] = [
  ...new Set<string>([...Object.keys(rows), ...clientKinds, ...rejectionKinds, ...wireKinds]),
].sort();

function isCliKind(kind: string): kind is CliKind {
  return Object.hasOwn(rows, kind);
}
