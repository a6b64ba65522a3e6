import { strict as assert } from 'node:assert/strict';
import type { Block } from '#protocol/block/block.ts';
import type { ConfirmedCertificate, ValidatedCertificate } from '#protocol/block/certificate.ts';
import { multiLeader, type Round } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { type TestCommittee, type TestOwner, testCommittee } from '#test/support/committee.ts';
import {
  confirm,
  draft,
  pay,
  proposeRequest,
  sign,
  take,
  validatedFrom,
  votesFor,
} from '#test/support/drive.ts';

/** What happens on two chains of a committee of one, whose store is explored. */
export interface Chronicle {
  readonly committee: TestCommittee;
  readonly sender: TestOwner;
  readonly recipient: TestOwner;
  /** The sender's blocks, and the recipient's that takes what the first of them sent. */
  readonly sent: readonly Certified[];
  readonly taken: Certified;
  /** Proposals for one height of the sender's, of two blocks, and what validates the first. */
  readonly first: ChainRequest;
  readonly other: ChainRequest;
  readonly otherLater: ChainRequest;
  readonly validated: ChainRequest;
  /** Another block of the second height. */
  readonly rival: ChainRequest;
  /** The second block of the sender, proposed along with the certificate of the first. */
  readonly pipelined: ChainRequest;
}

interface Certified {
  readonly block: Block;
  readonly certificate: ConfirmedCertificate;
}

/** More recipients than are served at once: the rest is owed. */
const recipients = 17;

export function confirmedRequest({ block, certificate }: Certified): ChainRequest {
  const body = { proposed: block.proposed, outcome: block.outcome };
  return { kind: 'confirmed', certificate, body };
}

let told: Promise<Chronicle> | undefined;

/** Told once: nothing changes it. */
export function chronicle(): Promise<Chronicle> {
  told ??= tell();
  return told;
}

async function tell(): Promise<Chronicle> {
  const names = ['sender', ...Array.from({ length: recipients }, (_, at) => `recipient${at}`)];
  const options = { validators: 1, chains: names };
  const committee = testCommittee(options);
  const [sender, recipient, ...others] = committee.owners as [TestOwner, TestOwner, ...TestOwner[]];
  const all = [recipient, ...others].map(({ chain }) => pay(chain, 1n));
  const rivals = testCommittee(options);
  const [first, other] = [
    await proposed(rivals, sender, all),
    await proposed(rivals, sender, all.slice(1)),
  ];
  const later = await proposed(rivals, sender, all.slice(1), multiLeader(1));
  const certificate = validatedFrom(rivals, await votesFor(rivals.validators, first.request));
  const a = await confirm(committee, sender, all);
  const rival = await proposed(committee, sender, all.slice(2));
  const next = await proposed(committee, sender, all);
  const b = await confirm(committee, sender, all);
  const c = await confirm(committee, sender, all.slice(0, 1));
  const taken = await confirm(committee, recipient, [...take(a.block, recipient.chain)]);
  assert.equal(next.block.hash, b.block.hash);
  return {
    committee,
    sender,
    recipient,
    sent: [a, b, c],
    taken,
    first: first.request,
    other: other.request,
    otherLater: later.request,
    validated: validatedRequest(certificate, first.block),
    rival: rival.request,
    pipelined: {
      ...next.request,
      previous: {
        certificate: a.certificate,
        body: { proposed: a.block.proposed, outcome: a.block.outcome },
      },
    },
  };
}

function validatedRequest(
  certificate: ValidatedCertificate,
  { proposed: block, outcome }: Block,
): ChainRequest {
  return { kind: 'validated', certificate, body: { proposed: block, outcome } };
}

async function proposed(
  committee: TestCommittee,
  { chain, signer }: TestOwner,
  transactions: readonly Transaction[],
  round: Round = multiLeader(0),
) {
  const [validator] = committee.validators;
  assert(validator);
  const block = await draft(committee, validator, { chain, signer }, transactions);
  const made = await sign(committee, validator, block, { signer, round });
  const request = proposeRequest(made.proposal);
  assert(request.kind === 'propose');
  return { request, block: made.block };
}
