import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import type { Signer } from '#ports/signer.ts';
import type { BlobId, BlobType } from '#protocol/block/blob.ts';
import type {
  ChainConfig,
  ChainDescription,
  ChainOrigin,
} from '#protocol/block/chain-description.ts';
import type { Cursor } from '#protocol/block/cursor.ts';
import type { EventId, StreamId } from '#protocol/block/event.ts';
import type {
  MessageBody,
  MessageBundle,
  MessageKind,
  OutgoingMessage,
} from '#protocol/block/message.ts';
import type { Operation } from '#protocol/block/operation.ts';
import {
  type AccountOwner,
  type ApplicationId,
  type EvmAddress,
  ownerOf,
} from '#protocol/block/owner.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import { type ApplicationPermissions, openPermissions } from '#protocol/block/permissions.ts';
import type { Round } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { PublicKey, Signature } from '#protocol/crypto/signature.ts';
import { amount, duration, epoch, timestamp } from '#protocol/primitives/numbers.ts';
import { chainNamed, hashNamed, height } from './store-values.ts';

/** Bytes that are easy to tell from others in a dump. */
export function filled(length: number, byte: number): Uint8Array {
  return new Uint8Array(length).fill(byte);
}

/** A signer whose seed is one byte, repeated. */
export function signerOf(byte: number): Signer {
  return ed25519Signer(filled(32, byte));
}

export const sampleTime = timestamp(1_800_000_000_000_000n);
const blob = hashNamed('a blob') as string as BlobId;
export const application = hashNamed('an application') as string as ApplicationId;

export const publicKeys: Readonly<Record<string, PublicKey>> = {
  ed25519: signerOf(1).publicKey,
  'secp256k1-eip191': { scheme: 'secp256k1-eip191', bytes: filled(20, 2) },
  'p256-webauthn': { scheme: 'p256-webauthn', bytes: filled(33, 3) },
  'ml-dsa-65': { scheme: 'ml-dsa-65', bytes: filled(1952, 4) },
};

export const signatures: Readonly<Record<string, Signature>> = {
  ed25519: { scheme: 'ed25519', bytes: filled(64, 1) },
  'secp256k1-eip191': { scheme: 'secp256k1-eip191', bytes: filled(65, 2) },
  'p256-webauthn, shortest': { scheme: 'p256-webauthn', bytes: filled(64, 3) },
  'p256-webauthn, longest': { scheme: 'p256-webauthn', bytes: filled(2048, 3) },
  'ml-dsa-65': { scheme: 'ml-dsa-65', bytes: filled(3309, 4) },
};

export const owners: Readonly<Record<AccountOwner['kind'], AccountOwner>> = {
  chain: { kind: 'chain' },
  key: ownerOf(signerOf(1).publicKey),
  evm: { kind: 'evm', address: 'ab'.repeat(20) as EvmAddress },
  application: { kind: 'application', id: application },
};

const account = { chain: chainNamed('recipient'), owner: owners.key };
const tokens = amount(10n ** 18n);

export const rounds: Readonly<Record<string, Round>> = {
  fast: { kind: 'fast' },
  'multi-leader 0': { kind: 'multi-leader', number: 0 },
  'single-leader 258': { kind: 'single-leader', number: 258 },
  'validator 4294967295': { kind: 'validator', number: 0xffff_ffff },
};

export const ownership: Ownership = {
  superOwners: [owners.key],
  owners: [
    { owner: ownerOf(signerOf(2).publicKey), weight: 2n },
    { owner: owners.evm, weight: 1n },
  ],
  firstLeader: owners.evm,
  multiLeaderRounds: 5,
  openMultiLeader: false,
  timeouts: {
    fast: duration(1_000_000n),
    base: duration(10_000_000n),
    increment: duration(1_000_000n),
    fallback: duration(60_000_000n),
  },
};

export const permissions: Readonly<Record<string, ApplicationPermissions>> = {
  open: openPermissions,
  restricted: {
    executeOperations: [application],
    mandatoryApplications: [application],
    manageChain: [application],
    callServiceAsOracle: [],
    makeHttpRequests: [application],
  },
};

export const config: ChainConfig = {
  ownership,
  epoch: epoch(0),
  account: owners.chain,
  balance: amount(100n * tokens),
  permissions: openPermissions,
};

export const origins: Readonly<Record<ChainOrigin['kind'], ChainOrigin>> = {
  root: { kind: 'root', network: hashNamed('a network'), index: 3 },
  child: { kind: 'child', parent: chainNamed('a parent'), height: height(7), index: 1 },
};

export const descriptions: Readonly<Record<ChainOrigin['kind'], ChainDescription>> = {
  root: { origin: origins.root, config, timestamp: sampleTime },
  child: { origin: origins.child, config, timestamp: sampleTime },
};

export const blobTypes: readonly BlobType['kind'][] = [
  'data',
  'contract-bytecode',
  'service-bytecode',
  'evm-bytecode',
  'application-description',
  'committee',
  'chain-description',
  'application-formats',
  'checkpoint',
];

export const streams: Readonly<Record<StreamId['kind'], StreamId>> = {
  system: { kind: 'system', name: filled(2, 0x61) },
  application: { kind: 'application', application, name: filled(3, 0x62) },
};

export const event: EventId = {
  chain: chainNamed('a publisher'),
  stream: streams.system,
  index: 9,
};
export const cursor: Cursor = { height: height(258), transaction: 3 };

const module = {
  contract: hashNamed('contract'),
  service: hashNamed('service'),
  machine: 1,
  formats: hashNamed('formats'),
};

type OfKind<T extends { readonly kind: string }> = {
  readonly [Kind in T['kind']]: Extract<T, { kind: Kind }>;
};

/** One of each operation, in the order of their tags. */
export const operations: OfKind<Operation> = {
  transfer: { kind: 'transfer', from: owners.chain, to: account, amount: tokens },
  claim: { kind: 'claim', from: account, to: account, amount: tokens },
  'open-chain': { kind: 'open-chain', config },
  'close-chain': { kind: 'close-chain' },
  'change-ownership': { kind: 'change-ownership', ownership },
  'change-permissions': { kind: 'change-permissions', permissions: openPermissions },
  'publish-module': { kind: 'publish-module', module },
  'publish-blob': { kind: 'publish-blob', blob },
  'verify-blob': { kind: 'verify-blob', blob },
  'create-application': {
    kind: 'create-application',
    module: { ...module, formats: undefined },
    parameters: filled(2, 5),
    argument: filled(1, 6),
    required: [application],
  },
  'publish-committee': { kind: 'publish-committee', blob },
  'create-committee': { kind: 'create-committee', epoch: epoch(1), blob },
  'remove-committee': { kind: 'remove-committee', epoch: epoch(1) },
  'process-epoch': { kind: 'process-epoch', epoch: epoch(1) },
  'update-stream': {
    kind: 'update-stream',
    chain: event.chain,
    stream: streams.application,
    first: 1,
    next: 2,
  },
  checkpoint: { kind: 'checkpoint' },
  approve: { kind: 'approve', owner: owners.key, spender: owners.application, amount: tokens },
  'transfer-from': {
    kind: 'transfer-from',
    owner: owners.key,
    spender: owners.evm,
    to: account,
    amount: tokens,
  },
  application: { kind: 'application', application, operation: filled(4, 7) },
};

/** The operations of this version; the others are layout only. */
export const builtOperations: ReadonlySet<string> = new Set<Operation['kind']>([
  ...(['transfer', 'claim', 'approve', 'transfer-from', 'publish-blob', 'verify-blob'] as const),
  ...(['open-chain', 'close-chain', 'change-ownership', 'change-permissions'] as const),
]);

/** One of each message body, in the order of their tags. */
export const messageBodies: OfKind<MessageBody> = {
  credit: { kind: 'credit', target: owners.key, amount: tokens, source: owners.chain },
  withdraw: { kind: 'withdraw', owner: owners.key, amount: tokens, to: account },
  'checkpoint-ack': { kind: 'checkpoint-ack', cursor },
  application: { kind: 'application', application, message: filled(5, 8) },
};

const deliveries: readonly MessageKind['kind'][] = ['simple', 'tracked', 'protected', 'bouncing'];

/** A message of each delivery, its optional parts present or absent. */
export const outgoing: readonly OutgoingMessage[] = deliveries.map((kind, index) => ({
  destination: chainNamed('recipient'),
  authenticated: index % 2 === 0 ? undefined : owners.key,
  grant: amount(index === 2 ? 5n : 0n),
  refundTo: index === 2 ? account : undefined,
  delivery: { kind },
  body: Object.values(messageBodies)[index] as MessageBody,
}));

export const bundle: MessageBundle = {
  height: height(4),
  transaction: 2,
  block: hashNamed("the sender's block"),
  epoch: epoch(0),
  timestamp: timestamp(sampleTime - 5n),
  lastUnskippable: cursor,
  messages: outgoing.map(({ destination: _, ...contents }, index) => ({ index, ...contents })),
};

const origin = chainNamed('sender');

export const transactions: Readonly<Record<string, Transaction>> = {
  operation: { kind: 'operation', operation: operations.transfer },
  'receive and accept': { kind: 'receive', origin, action: { kind: 'accept' }, bundle },
  'receive and reject': {
    kind: 'receive',
    origin,
    action: { kind: 'reject' },
    bundle: { ...bundle, lastUnskippable: undefined, messages: bundle.messages.slice(0, 1) },
  },
};
