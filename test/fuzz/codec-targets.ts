import { type Codec, decode, encode } from '#protocol/encoding/codec.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { layouts } from '#test/support/vector-layouts.ts';
import { type Random, randomFrom } from '../simulation/random.ts';
import { freshCopy } from './fresh-copy.ts';
import { grown } from './grow.ts';
import { type Cut, mutateBytes } from './mutate-bytes.ts';
import type { Encoded } from './real-samples.ts';
import { exportedCodecs } from './scan.ts';
import { type AnyTarget, anyTarget, type Judged, NonCanonical } from './target.ts';
import { cutsOf, endOfValue } from './trace.ts';

const harvestsMax = 200;
const grownSeeds = 6;
/** Codecs with so many need no grown ones. */
const seedsMin = 6;
const seedsMax = 64;

/** A target for every codec that the source exports. */
export async function codecTargets(real: readonly Encoded[]): Promise<readonly AnyTarget[]> {
  const encodings = [...layoutEncodings(), ...real];
  const samples = encodings.map(({ codec, bytes }) => ({
    codec,
    bytes,
    cuts: cutsOf(codec, bytes),
  }));
  return (await exportedCodecs()).map(({ name, codec }) =>
    anyTarget(codecTarget(name, codec, samples)),
  );
}

type Sample = Encoded & Cut;

/** The encodings of every sample value. */
function layoutEncodings(): readonly Encoded[] {
  return layouts.flatMap(({ codec, values }) =>
    Object.values(values).map((value) => ({ codec, bytes: encode(codec, value) })),
  );
}

function codecTarget(name: string, codec: Codec<unknown>, samples: readonly Sample[]) {
  const cutsBy = new WeakMap<Uint8Array, Cut>();
  const cut = (bytes: Uint8Array): Cut => {
    const known = cutsBy.get(bytes) ?? { bytes, cuts: cutsOf(codec, bytes) };
    cutsBy.set(bytes, known);
    return known;
  };
  return {
    name,
    seeds: seedsFor(codec, samples),
    judge: (bytes: Uint8Array) => judgeDecoding(codec, bytes),
    show: hexFromBytes,
    mutate(random: Random, pool: readonly Uint8Array[]) {
      const other = random.chance(0.2) ? random.pick(samples) : cut(random.pick(pool));
      return mutateBytes(random, cut(random.pick(pool)), other);
    },
  };
}

/** Sample values, parts of others that happen to be values of this codec, and grown ones. */
function seedsFor(codec: Codec<unknown>, samples: readonly Sample[]): readonly Uint8Array[] {
  const random = randomFrom(samples.length);
  const own = samples.filter((one) => one.codec === codec).map(({ bytes }) => bytes);
  const seeds = new Map(own.map((bytes) => [hexFromBytes(bytes), bytes]));
  const add = (bytes: Uint8Array) => seeds.set(hexFromBytes(bytes), bytes);
  const harvest = (bytes: Uint8Array, start: number) => {
    const end = endOfValue(codec, bytes, start);
    if (end !== undefined && end > start) add(bytes.slice(start, end));
  };
  for (let tries = 0; tries < harvestsMax && seeds.size < seedsMax / 2; tries++) {
    const { bytes, cuts } = random.pick(samples);
    harvest(bytes, random.pick(cuts));
  }
  for (let tries = 0; tries < grownSeeds && seeds.size < seedsMin; tries++) {
    const bytes = grown(codec, random);
    if (bytes) add(bytes);
  }
  for (const { bytes, cuts } of seeds.size === 0 ? samples : []) {
    for (const start of cuts) harvest(bytes, start);
  }
  return seeds.size > 0 ? [...seeds.values()].slice(0, seedsMax) : [new Uint8Array()];
}

/** Decodes, and encodes again what was accepted. */
export function judgeDecoding(codec: Codec<unknown>, bytes: Uint8Array): Judged {
  const decoded = decode(codec, bytes);
  if (!decoded.ok) {
    const { offset, found, expected } = decoded.error;
    const what = `${found}/${expected}`.replace(/\d+/g, '#');
    return { kind: 'refused', feature: `${what}/${Math.ceil(Math.log2(offset + 1))}` };
  }
  const kinds = new Set<string>();
  const again = encode(codec, freshCopy(decoded.value, kinds));
  if (!equalBytes(again, bytes)) throw new NonCanonical(`is written ${hexFromBytes(again)}`);
  return { kind: 'accepted', feature: [...kinds].sort().join(' ') };
}
