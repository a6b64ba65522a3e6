import { encodeFullCertificate } from '#client/evidence/full-certificate-file.ts';
import { type Judgement, judgeConflict } from '#client/evidence/judge-conflict.ts';
import type { ConfirmedCertificate, ValidatedCertificate } from '#protocol/block/certificate.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { fullCertificate, openedBy } from '#protocol/block/full-certificate.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { readOpenings } from '#worker/read-openings.ts';
import type { WorldContext } from './context.ts';
import { startDevices } from './devices.ts';
import { InvariantFailure } from './invariant-failure.ts';
import type { Mark } from './marks.ts';
import type { SimulatedValidator } from './network.ts';
import { newContext } from './new-context.ts';
import type { WorldOptions } from './options.ts';
import { readerOf } from './reader.ts';
import { startValidators } from './validator.ts';

/** What became of a world in which two of four validators are traitors. */
export interface ForkReport {
  readonly events: number;
  readonly reached: ReadonlySet<Mark>;
  /** Whom the first two certificates for one height convict; none if there are no such. */
  readonly judgement: Judgement | undefined;
}

const hourMs = 3_600_000;

/** Lets two pairs of twins part a world until it has confirmed two blocks at one height. */
export async function runFork(options: WorldOptions): Promise<ForkReport> {
  const reached = new Set<Mark>();
  let fork: readonly [CertifiedBlock, CertifiedBlock] | undefined;
  const context = newContext(options, {
    reached,
    faults: () => options.faults,
    phase: () => 'chaos',
    forked(first, second) {
      fork ??= [first, second];
    },
  });
  const { scheduler } = context;
  const validators = startValidators(context);
  startDevices(context, validators);
  try {
    await scheduler.run(() => fork !== undefined, { events: options.events, ms: hourMs });
  } catch (error) {
    // What is certified twice breaks other rules as well, at once.
    if (!fork || !(error instanceof InvariantFailure)) throw error;
  }
  const judgement = fork && (await judge(context, validators, fork));
  return { events: scheduler.counts().events, reached, judgement };
}

/** What `weft evidence` says of the two, collected from the validators that are honest. */
async function judge(
  context: WorldContext,
  validators: readonly SimulatedValidator[],
  [first, second]: readonly [CertifiedBlock, CertifiedBlock],
): Promise<Judgement> {
  const { network, crypto } = context;
  const description = network.network.describe(first.block.header.chain);
  if (!description) throw new Error('only root chains are forked here');
  const fileOf = async ({ certificate }: CertifiedBlock) => {
    const openings = await collect(context, validators, certificate);
    return encodeFullCertificate([description], fullCertificate(certificate, openings));
  };
  const files = [await fileOf(first), await fileOf(second)] as const;
  const judged = await judgeConflict(network.network, files, crypto.verifier());
  if (judged.ok) return judged.value;
  const { kind, found, expected } = judged.error;
  throw new InvariantFailure(`a fork convicts: ${kind}, ${found}, expected ${expected}`);
}

async function collect(
  context: WorldContext,
  validators: readonly SimulatedValidator[],
  certificate: ConfirmedCertificate,
): Promise<ReadonlyMap<Hash, ValidatedCertificate>> {
  const openings = new Map<Hash, ValidatedCertificate>();
  const asked = new Set<Hash>();
  const honest = validators.flatMap(({ replicas }) => replicas.filter((one) => one.isHonest));
  const { chain, height } = certificate;
  for (;;) {
    const [commitment] = openedBy(certificate, openings).lacking.filter((one) => !asked.has(one));
    if (commitment === undefined) return openings;
    asked.add(commitment);
    for (const replica of honest) {
      const ports = readerOf(context, replica);
      const [opening] = await readOpenings(ports, chain, { height, commitment });
      if (opening) openings.set(commitment, opening);
    }
  }
}
