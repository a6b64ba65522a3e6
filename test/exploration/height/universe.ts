import type { Block } from '#protocol/block/block.ts';
import {
  commitmentTo,
  type TimeoutCertificate,
  unlockingBy,
  type ValidatedCertificate,
} from '#protocol/block/certificate.ts';
import type { Retry } from '#protocol/block/proposal.ts';
import type { Round } from '#protocol/block/round.ts';
import { roundText } from '#protocol/block/round.ts';
import type { VotePayload } from '#protocol/block/vote.ts';
import { type PreparedProposal, prepareProposal } from '#protocol/chain/prepared-proposal.ts';
import { fastRetryOf, proposalOf, type Setting, signature } from './setting.ts';

/** What a validator can be sent. */
export type Request =
  | { readonly kind: 'propose'; readonly prepared: PreparedProposal }
  | {
      readonly kind: 'validated';
      readonly certificate: ValidatedCertificate;
      readonly block: Block;
    }
  | { readonly kind: 'timeout'; readonly certificate: TimeoutCertificate };

/** A request, and what the same would be with the two blocks in each other's place. */
export interface Message {
  readonly name: string;
  readonly mirrored: string;
  readonly request: Request;
  /** The quorum of votes without which nobody can make it, as a bit; 0 for none. */
  readonly needs: number;
  /** The round that must have been given up before, as a bit; 0 for none. */
  readonly needsEnd: number;
}

/** A vote that a quorum may cast: its number is a bit of masks. */
export interface Subject {
  readonly name: string;
  readonly mirrored: string;
  readonly kind: 'validate' | 'confirm';
  readonly round: Round;
  /** Which of the blocks. */
  readonly value: number;
  /** Of a vote to validate what released it, of one to confirm what it commits to. */
  readonly opening: number | undefined;
}

/** All messages that validators and owners, faulty ones included, can ever make in some rounds. */
export interface Universe {
  readonly setting: Setting;
  readonly rounds: readonly Round[];
  /** Those that may be given up; what the last one's end would open is not explored. */
  readonly ends: readonly Round[];
  readonly messages: readonly Message[];
  readonly subjects: readonly Subject[];
  /** By number of the subject; none for votes to confirm. */
  readonly certificates: readonly ValidatedCertificate[];
  /** The number of the subject of a vote; undefined for a vote that no rule allows. */
  subjectOf(payload: VotePayload): number | undefined;
}

/** Bits of a mask, as far as numbers are exact in bit operations. */
const subjectsMax = 31;

interface Certified {
  readonly certificate: ValidatedCertificate;
  readonly subject: Subject;
}

/**
 * Of all certificates for one value, one stands for the others: who signed makes no difference to
 * the rules, but two quorums for one block cannot be counted together when it is proposed again.
 * Here they can, which makes more possible, not less.
 */
export function universeOf(
  setting: Setting,
  rounds: readonly Round[],
  confirms: 'by-block' | 'by-opening' = 'by-block',
): Universe {
  const certified = certificatesOf(setting, rounds);
  const ends = rounds.slice(0, -1);
  const confirmed = confirmSubjects(rounds, confirms === 'by-opening' ? certified : []);
  const subjects = [...certified.map(({ subject }) => subject), ...confirmed];
  if (subjects.length > subjectsMax) throw new Error(`${subjects.length} subjects are too many`);
  const numbers = new Map(subjects.map(({ name }, number) => [name, number]));
  const names = new Map(
    certified.map(({ certificate, subject }) => [commitmentTo(certificate), subject]),
  );
  return {
    setting,
    rounds,
    ends,
    messages: [
      ...proposals(setting, rounds, certified),
      ...locks(setting, certified),
      ...ends.map((round, end) => timeoutOf(setting, round, end)),
    ],
    subjects,
    certificates: certified.map(({ certificate }) => certificate),
    subjectOf({ round, value }) {
      if (value.kind === 'timeout') return undefined;
      const at = setting.values.findIndex(({ hash }) => hash === value.block);
      const opening = value.unlocking && names.get(value.unlocking.commitment);
      if (value.unlocking && !opening) return undefined;
      const isBare = value.kind === 'confirm' && confirms === 'by-block';
      const way = opening && !isBare ? wayOf(opening) : '';
      return numbers.get(nameOf(value.kind, round, at, way));
    },
  };
}

function timeoutOf(setting: Setting, round: Round, end: number): Message {
  const certificate: TimeoutCertificate = { ...aboutOf(setting, round), signatures: quorum };
  const name = `timeout ${roundText(round)}`;
  const request = { kind: 'timeout', certificate } as const;
  return { name, mirrored: name, request, needs: 0, needsEnd: 1 << end };
}

const quorum = [0, 1, 2].map((seat) => ({ seat, signature }));

function aboutOf({ chain }: Setting, round: Round) {
  const { chain: id, next } = chain.head;
  return { chain: id, height: next, epoch: chain.settings.epoch, round };
}

function nameOf(kind: Subject['kind'], round: Round, value: number, way: string): string {
  const released = way === '' ? '' : ` <- ${way}`;
  return `${kind} ${roundText(round)} ${'XY'[value]}${released}`;
}

interface Released {
  readonly opening: number | undefined;
  readonly way: string;
}

const unreleased: Released = { opening: undefined, way: '' };

function subjectFor(
  kind: Subject['kind'],
  round: Round,
  value: number,
  { opening, way }: Released,
): Subject {
  const name = nameOf(kind, round, value, way);
  return { kind, round, value, opening, name, mirrored: nameOf(kind, round, 1 - value, way) };
}

/** Votes to confirm, apart from each other by what they commit to if that is given. */
function confirmSubjects(rounds: readonly Round[], certified: readonly Certified[]): Subject[] {
  const isBare = (round: Round) => certified.length === 0 || round.kind === 'fast';
  const bare = rounds
    .filter(isBare)
    .flatMap((round) => [0, 1].map((value) => subjectFor('confirm', round, value, unreleased)));
  const opened = certified.map(({ subject }, opening) =>
    subjectFor('confirm', subject.round, subject.value, { opening, way: wayOf(subject) }),
  );
  return [...bare, ...opened];
}

/** What can be validated in each round: a new block, or one that an earlier quorum validated. */
function certificatesOf(setting: Setting, rounds: readonly Round[]): readonly Certified[] {
  const all: Certified[] = [];
  for (const round of rounds) {
    if (round.kind === 'fast') continue;
    const before = [...all.entries()];
    for (const [value, { hash: block }] of setting.values.entries()) {
      const about = { ...aboutOf(setting, round), block, signatures: quorum };
      const subject = subjectFor('validate', round, value, unreleased);
      all.push({ certificate: { ...about, unlocking: undefined }, subject });
      for (const [opening, one] of before) {
        if (one.certificate.block !== block) continue;
        const unlocking = unlockingBy(one.certificate);
        const way = wayOf(one.subject);
        const released = subjectFor('validate', round, value, { opening, way });
        all.push({ certificate: { ...about, unlocking }, subject: released });
      }
    }
  }
  return all;
}

/** The rounds through which a block came, whichever block it is. */
function wayOf({ name, round }: Subject): string {
  const [, before = ''] = name.split(' <- ');
  return before === '' ? roundText(round) : `${roundText(round)} < ${before}`;
}

function proposals(
  setting: Setting,
  rounds: readonly Round[],
  certified: readonly Certified[],
): readonly Message[] {
  const { values, shape, context } = setting;
  const made: Message[] = [];
  for (const round of rounds) {
    for (const [value, block] of values.entries()) {
      const add = (retry: Retry, why: string, needs: number) => {
        const proposal = proposalOf(setting, block, { round, retry });
        const prepared = prepareProposal(context.network.id, proposal);
        const name = (at: number) => `propose ${roundText(round)} ${'XY'[at]} ${why}`;
        const request = { kind: 'propose', prepared } as const;
        made.push({ name: name(value), mirrored: name(1 - value), request, needs, needsEnd: 0 });
      };
      add({ kind: 'none' }, 'new', 0);
      if (shape.startsWith('super')) add(fastRetryOf(setting), 'as fast', 0);
      for (const [number, { certificate, subject }] of certified.entries()) {
        if (certificate.block !== block.hash) continue;
        const retry: Retry = { kind: 'validated', certificate, outcome: block.outcome };
        add(retry, `as validated in ${wayOf(subject)}`, 1 << number);
      }
    }
  }
  return made;
}

function locks({ values }: Setting, certified: readonly Certified[]): readonly Message[] {
  return certified.map(({ certificate, subject }, number) => {
    const block = values[subject.value];
    if (!block) throw new Error('a certificate is for one of the blocks');
    const { name, mirrored } = subject;
    const request = { kind: 'validated', certificate, block } as const;
    const needs = 1 << number;
    return { name: `lock ${name}`, mirrored: `lock ${mirrored}`, request, needs, needsEnd: 0 };
  });
}
