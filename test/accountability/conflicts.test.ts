import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { encodeFullCertificate } from '#client/evidence/full-certificate-file.ts';
import { type Judgement, judgeConflict } from '#client/evidence/judge-conflict.ts';
import type { ConfirmedCertificate, ValidatedCertificate } from '#protocol/block/certificate.ts';
import { fullCertificate, openedBy } from '#protocol/block/full-certificate.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { TestValidator } from '#test/support/committee.ts';
import { readOpenings } from '#worker/read-openings.ts';
import { type Troupe, troupe } from './committee.ts';
import { newPlay, type Play } from './play.ts';
import { takeStep } from './take-step.ts';

/** Weights, and who cheats: enough to confirm one block with either half of the others. */
const casts = [
  { weights: [1n, 1n, 1n, 1n], cheating: [1, 2], first: [0], seeds: 40 },
  { weights: [1n, 2n, 3n, 4n], cheating: [3], first: [0, 1], seeds: 25 },
  { weights: [1n, 1n, 1n, 1n, 1n, 1n, 1n], cheating: [0, 3, 6], first: [1, 2], seeds: 15 },
] as const;

const stepsMax = 600;

for (const { weights, cheating, first, seeds } of casts) {
  test(`whoever confirms two blocks among ${weights.join('+')} is convicted`, async () => {
    const kinds = new Map<string, number>();
    let conflicts = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const cast = troupe({ seed, weights, cheating });
      const isFirst = ({ seat }: TestValidator) => (first as readonly number[]).includes(seat);
      const sides = [
        newPlay(cast, cast.honest.filter(isFirst)),
        newPlay(
          cast,
          cast.honest.filter((one) => !isFirst(one)),
        ),
      ] as const;
      const certificates = await confirmedApart(sides);
      if (!certificates) continue;
      conflicts++;
      const judged = await judge(cast, sides, certificates);
      const { convictions, weight, committee } = judged;
      assert.ok(weight >= committee.validity, `seed ${seed}: ${weight} of ${committee.validity}`);
      for (const { seat, evidence } of convictions) {
        assert.ok((cheating as readonly number[]).includes(seat), `seed ${seed}: seat ${seat}`);
        kinds.set(evidence.kind, (kinds.get(evidence.kind) ?? 0) + 1);
      }
    }
    assert.ok(conflicts > seeds / 2, `${conflicts} conflicts in ${seeds} schedules`);
    assert.ok(kinds.has('double-vote') && kinds.has('broken-lock'), inspect(kinds));
  });
}

/** Plays both sides until each has confirmed a block of its own at the first height. */
async function confirmedApart(
  sides: readonly [Play, Play],
): Promise<readonly [ConfirmedCertificate, ConfirmedCertificate] | undefined> {
  for (let step = 0; step < stepsMax; step++) {
    const [a, b] = sides.map(({ confirmed }) => confirmed.find(({ height }) => height === 0n));
    if (a && b && a.block !== b.block) return [a, b];
    for (const side of sides) await takeStep(side);
  }
  return undefined;
}

/** What `weft evidence` says of the two, collected from the honest of either side. */
async function judge(
  { committee, random }: Troupe,
  sides: readonly [Play, Play],
  [a, b]: readonly [ConfirmedCertificate, ConfirmedCertificate],
): Promise<Judgement> {
  const { network } = committee;
  const description = network.describe(a.chain);
  assert(description);
  const files = [
    encodeFullCertificate([description], fullCertificate(a, await collect(sides[0], a))),
    encodeFullCertificate([description], fullCertificate(b, await collect(sides[1], b))),
  ] as const;
  const asked = random.chance(0.5) ? files : ([files[1], files[0]] as const);
  const { verifier } = (committee.validators[0] as TestValidator).ports;
  const judged = await judgeConflict(network, asked, verifier);
  assert(judged.ok, inspect(judged));
  return judged.value;
}

/** Honest validators give what they keep; cheats what they made up, if they like. */
async function collect(
  { honest, fabricated, troupe: { random } }: Play,
  certificate: ConfirmedCertificate,
): Promise<ReadonlyMap<Hash, ValidatedCertificate>> {
  const openings = new Map<Hash, ValidatedCertificate>();
  const asked = new Set<Hash>();
  const { chain, height } = certificate;
  while (true) {
    const [commitment] = openedBy(certificate, openings).lacking.filter((one) => !asked.has(one));
    if (commitment === undefined) return openings;
    asked.add(commitment);
    for (const { ports } of honest) {
      const [opening] = await readOpenings(ports, chain, { height, commitment });
      if (opening) openings.set(commitment, opening);
    }
    const made = fabricated.get(commitment);
    if (made && random.chance(0.5)) openings.set(commitment, made);
  }
}
