import { blobTypeCodec } from '#protocol/block/blob.ts';
import { blockBodyCodec } from '#protocol/block/block.ts';
import {
  commitmentTo,
  confirmedCertificateCodec,
  type FullCertificate,
  fullCertificateCodec,
  timeoutCertificateCodec,
  validatedCertificateCodec,
} from '#protocol/block/certificate.ts';
import {
  chainConfigCodec,
  chainDescriptionCodec,
  chainOriginCodec,
} from '#protocol/block/chain-description.ts';
import { cursorCodec } from '#protocol/block/cursor.ts';
import { eventIdCodec, streamIdCodec } from '#protocol/block/event.ts';
import { type Evidence, evidenceCodec } from '#protocol/block/evidence.ts';
import { fullCertificate } from '#protocol/block/full-certificate.ts';
import { genesisHeaderCodec } from '#protocol/block/genesis.ts';
import { blockHeaderCodec } from '#protocol/block/header.ts';
import {
  messageBodyCodec,
  messageBundleCodec,
  outgoingMessageCodec,
} from '#protocol/block/message.ts';
import { operationCodec } from '#protocol/block/operation.ts';
import { blockOutcomeCodec } from '#protocol/block/outcome.ts';
import { accountOwnerCodec } from '#protocol/block/owner.ts';
import { ownershipCodec } from '#protocol/block/ownership.ts';
import { applicationPermissionsCodec } from '#protocol/block/permissions.ts';
import { blockProposalCodec, retryCodec } from '#protocol/block/proposal.ts';
import { proposedBlockCodec } from '#protocol/block/proposed-block.ts';
import { roundCodec } from '#protocol/block/round.ts';
import { signerCodec } from '#protocol/block/signer.ts';
import { timeoutRequestCodec } from '#protocol/block/timeout-request.ts';
import { transactionCodec } from '#protocol/block/transaction.ts';
import { voteCodec } from '#protocol/block/vote.ts';
import { type ChainInfo, chainInfoCodec, type PendingHeight } from '#protocol/chain/info.ts';
import { type ChainRequest, chainReplyCodec, chainRequestCodec } from '#protocol/chain/requests.ts';
import { type CommitteeMember, committeeBlobCodec } from '#protocol/committee/committee.ts';
import { publicKeyCodec, signatureCodec } from '#protocol/crypto/signature.ts';
import type { Codec } from '#protocol/encoding/codec.ts';
import { oracleAnswerCodec } from '#protocol/execution/oracle-answer.ts';
import { sentCodec, settingsCodec } from '#protocol/execution/system-state.ts';
import { inboxRowCodec } from '#protocol/messaging/inbox-row.ts';
import { amount, epoch, timestamp } from '#protocol/primitives/numbers.ts';
import * as blocks from './sample-blocks.ts';
import * as parts from './sample-parts.ts';
import { chainNamed, hashNamed, height } from './store-values.ts';

/** Values of one type of the specification, by name. */
export interface Layout {
  readonly type: string;
  readonly codec: Codec<unknown>;
  readonly values: Readonly<Record<string, unknown>>;
}

function layout<T>(type: string, codec: Codec<T>, values: Readonly<Record<string, T>>): Layout {
  return { type, codec: codec as Codec<unknown>, values };
}

const { block, confirmed, confirmedFast, validated, validatedAgain, timeout, sampleVotes } = blocks;
const body = { proposed: block.proposed, outcome: block.outcome };
const vote = (name: string) => sampleVotes[name] as (typeof sampleVotes)[string];

const pending: PendingHeight = {
  accepted: blocks.proposals.none,
  locked: { kind: 'fast', proposal: blocks.proposals.fast },
  timeout,
  validate: vote('validate a retry'),
  confirm: vote('confirm in multi-leader 0'),
};

const info: ChainInfo = {
  chain: blocks.chain,
  next: height(258),
  tip: undefined,
  timestamp: parts.sampleTime,
  epoch: epoch(0),
  round: { kind: 'fast' },
  deadline: undefined,
  state: hashNamed('a state'),
  balance: amount(1n),
  quarantined: false,
  ownership: undefined,
  pending: undefined,
};

const infos: Readonly<Record<string, ChainInfo>> = {
  plain: info,
  'with everything': {
    ...info,
    tip: hashNamed('a tip'),
    deadline: timestamp(parts.sampleTime + 10n),
    quarantined: true,
    ownership: parts.ownership,
    pending,
  },
  'with a validated lock': {
    ...info,
    pending: {
      ...pending,
      accepted: undefined,
      locked: { kind: 'validated', certificate: validated, body },
    },
  },
};

const requests: Readonly<Record<ChainRequest['kind'], ChainRequest>> = {
  propose: {
    kind: 'propose',
    proposal: blocks.proposals.none,
    previous: { certificate: confirmedFast, body: undefined },
    hints: [hashNamed('a node')],
  },
  validated: { kind: 'validated', certificate: validated, body: undefined },
  confirmed: { kind: 'confirmed', certificate: confirmed, body },
  timeout: { kind: 'timeout', certificate: timeout },
  'request-timeout': { kind: 'request-timeout', ...blocks.timeoutRequest },
  'confirmed-run': {
    kind: 'confirmed-run',
    first: { body, certificate: confirmed },
    more: [{ body, certificate: confirmedFast }],
  },
};

const refusal = { kind: 'height-ahead', remedy: 'sync', found: '5', expected: '3' };
const row = {
  recipient: chainNamed('recipient'),
  origin: chainNamed('sender'),
  height: height(4),
  block: hashNamed("the sender's block"),
};

const member: CommitteeMember = {
  publicKey: parts.signerOf(11).publicKey,
  weight: 3n,
  address: 'https://a.weft.example',
  purposeKeys: [{ purpose: 0, publicKey: parts.signerOf(15).publicKey }],
};

const full: FullCertificate = fullCertificate(
  confirmed,
  new Map([validated, blocks.validatedByAll].map((one) => [commitmentTo(one), one])),
);

const evidence: Readonly<Record<Evidence['kind'], Evidence>> = {
  'double-vote': {
    kind: 'double-vote',
    first: vote('validate a new block'),
    second: vote('validate a new block'),
  },
  'broken-lock': {
    kind: 'broken-lock',
    confirm: vote('confirm in multi-leader 0'),
    validate: vote('validate a retry'),
  },
  'invalid-opening': {
    kind: 'invalid-opening',
    vote: vote('validate a retry'),
    opening: validated,
  },
};

const identities: readonly Layout[] = [
  layout('public key', publicKeyCodec, parts.publicKeys),
  layout('signature', signatureCodec, parts.signatures),
  layout('owner', accountOwnerCodec, parts.owners),
  layout('signer', signerCodec, { none: undefined, ...parts.owners }),
  layout('ownership', ownershipCodec, { 'of everything': parts.ownership }),
  layout('application permissions', applicationPermissionsCodec, parts.permissions),
  layout('chain configuration', chainConfigCodec, { 'with 100 tokens': parts.config }),
  layout('chain origin', chainOriginCodec, parts.origins),
  layout('chain description', chainDescriptionCodec, {
    ...parts.descriptions,
    sample: blocks.description,
  }),
  layout('genesis header', genesisHeaderCodec, { sample: blocks.genesisHeader }),
  layout('committee blob', committeeBlobCodec, { 'one member': [member] }),
];

const contents: readonly Layout[] = [
  layout(
    'blob type',
    blobTypeCodec,
    Object.fromEntries(parts.blobTypes.map((kind) => [kind, { kind }])),
  ),
  layout('round', roundCodec, parts.rounds),
  layout('cursor', cursorCodec, { '258.3': parts.cursor }),
  layout('stream id', streamIdCodec, parts.streams),
  layout('event id', eventIdCodec, { 'of a system stream': parts.event }),
  layout('operation', operationCodec, parts.operations),
  layout('message body', messageBodyCodec, parts.messageBodies),
  layout(
    'outgoing message',
    outgoingMessageCodec,
    Object.fromEntries(parts.outgoing.map((one) => [one.delivery.kind, one])),
  ),
  layout('bundle', messageBundleCodec, { 'of four messages': parts.bundle }),
  layout('transaction', transactionCodec, parts.transactions),
];

const agreed: readonly Layout[] = [
  layout('proposed block', proposedBlockCodec, { sample: blocks.proposed }),
  layout('outcome', blockOutcomeCodec, { sample: blocks.outcome }),
  layout('header', blockHeaderCodec, { sample: block.header }),
  layout('block body', blockBodyCodec, { sample: body }),
  layout('retry', retryCodec, blocks.retries),
  layout('proposal', blockProposalCodec, blocks.proposals),
  layout('vote', voteCodec, sampleVotes),
  layout('validated certificate', validatedCertificateCodec, {
    first: validated,
    'by all': blocks.validatedByAll,
    'of a retry': validatedAgain,
  }),
  layout('confirmed certificate', confirmedCertificateCodec, {
    'two commitments': confirmed,
    fast: confirmedFast,
  }),
  layout('timeout certificate', timeoutCertificateCodec, { 'multi-leader 0': timeout }),
  layout('full certificate', fullCertificateCodec, { sample: full }),
  layout('timeout request', timeoutRequestCodec, { sample: blocks.timeoutRequest }),
  layout('evidence', evidenceCodec, evidence),
];

const kept: readonly Layout[] = [
  layout('settings', settingsCodec, {
    sample: {
      ownership: parts.ownership,
      epoch: epoch(0),
      closed: false,
      permissions: parts.config.permissions,
    },
  }),
  layout('oracle answer', oracleAnswerCodec, {
    blob: { kind: 'blob', blob: parts.operations['verify-blob'].blob },
  }),
  layout('sent', sentCodec, {
    'nothing unskippable': { height: height(4), lastUnskippable: undefined },
    'something unskippable': { height: height(4), lastUnskippable: parts.cursor },
  }),
  layout('inbox row', inboxRowCodec, {
    arrived: {
      ...row,
      arrival: { lastTransaction: 2, epoch: epoch(0), at: parts.sampleTime },
    },
    tombstone: { ...row, arrival: undefined },
  }),
  layout('chain info', chainInfoCodec, infos),
  layout('chain request', chainRequestCodec, requests),
  layout('reply', chainReplyCodec, {
    accepted: {
      previous: undefined,
      decided: { kind: 'accepted', info, vote: vote('validate a new block') },
    },
    refused: {
      previous: { kind: 'accepted', info, vote: undefined },
      decided: { kind: 'refused', refusal },
    },
  }),
];

/** One or more values of every type that crosses a network or is hashed. */
export const layouts: readonly Layout[] = [...identities, ...contents, ...agreed, ...kept];
