import * as items from '#adapters/dynamodb/item-keys.ts';
import * as dynamodb from '#adapters/dynamodb/stored-values.ts';
import { openSeed, type SeedKeyOptions } from '#adapters/kms/sealed-seed.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import * as sqlite from '#adapters/sqlite/stored-values.ts';
import { loadStoreBinding } from '#adapters/ssm/store-binding.ts';
import { readingsOf } from '#cli/decode/readings.ts';
import { decodeFullCertificate } from '#client/evidence/full-certificate-file.ts';
import { blobsFor, indexFrom } from '#client/operations/chunks.ts';
import { verifyProofFile } from '#client/proof-file.ts';
import { exportedCodec, readRecord } from '#client/wallet/records.ts';
import { changedHeads } from '#functions/notifier/changed-heads.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { certifiedBlockBytes, certifiedBlockFromBytes } from '#protocol/block/certified-block.ts';
import { chainIdCodec } from '#protocol/block/chain-id.ts';
import { genesisCodec } from '#protocol/block/genesis.ts';
import { storedBlockBytes, storedBlockFromBytes } from '#protocol/block/stored-block.ts';
import { chainHeadCodec } from '#protocol/chain/head.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import { type Codec, decode, encode } from '#protocol/encoding/codec.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { checkStateProof, stateProofCodec } from '#protocol/state/proof.ts';
import { jsonText } from '#wire/replies.ts';
import type { Random } from '../simulation/random.ts';
import { type Cut, mutateBytes } from './mutate-bytes.ts';
import type { RealSamples } from './real-samples.ts';
import { type AnyTarget, anyTarget, type Judged, NonCanonical } from './target.ts';
import { cutsOf } from './trace.ts';

/** How bytes are read: what they say, undefined where that is nothing. */
interface ByteReader {
  readonly seeds: readonly Uint8Array[];
  /** What the bytes behind `skipped` are of, to be cut into fields. */
  readonly codec?: Codec<unknown>;
  readonly skipped?: number;
  read(bytes: Uint8Array): unknown;
  /** The one encoding of a value, where there is only one. */
  write?(value: never): Uint8Array;
  readonly share?: number;
}

/** Every reader of bytes apart from the codecs, by the name of the function that it is. */
export function byteReaders(real: RealSamples): Readonly<Record<string, ByteReader>> {
  return { ...ofFiles(real), ...ofBlocks(real), ...ofStored(real), ...ofKeys() };
}

/** What is kept of a key beside its store: the binding, and the sealed seed. */
function ofKeys(): Readonly<Record<string, ByteReader>> {
  const binding = {
    publicKey: 'ab'.repeat(32),
    tableId: 't',
    account: '1'.repeat(12),
    region: 'r',
  };
  const sealed = Buffer.from(new Uint8Array(32).fill(7)).toString('base64');
  const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();
  // Stands for a service that opens whatever it is given.
  const client = {
    send: ({ input }: { readonly input: { readonly CiphertextBlob: Uint8Array } }) =>
      Promise.resolve({ Plaintext: input.CiphertextBlob }),
  } as unknown as SeedKeyOptions['client'];
  return {
    loadStoreBinding: {
      seeds: [Buffer.from(JSON.stringify(binding))],
      share: 0.2,
      read(bytes) {
        const read = () => Promise.resolve(textOf(bytes));
        const parameters = { read, writeOnce: () => Promise.resolve('taken' as const) };
        return loadStoreBinding(parameters, 'binding').catch(noFault);
      },
    },
    openSeed: {
      seeds: [Buffer.from(sealed)],
      share: 0.2,
      read: (bytes) =>
        openSeed({ client, keyId: 'key', validator: 'one' }, textOf(bytes)).catch(noFault),
    },
  };
}

function noFault(error: unknown): undefined {
  if (!(error instanceof StoreFault)) throw error;
}

function ofFiles(real: RealSamples): Readonly<Record<string, ByteReader>> {
  const verifier = signatureVerifier({ policy: { kind: 'clients' } });
  const chunks = blobsFor(new Uint8Array(5_000).fill(7), 1_000).at(-1);
  const codecOf = (bytes: Uint8Array) => real.encodings.find((one) => one.bytes === bytes)?.codec;
  const fileOf = (bytes: Uint8Array) => {
    const codec = codecOf(bytes);
    return { seeds: [bytes], ...(codec && { codec }) };
  };
  return {
    /** Whatever else proves a block must not be there: each byte is bound, or refused. */
    verifyProofFile: {
      ...fileOf(real.proofFile),
      share: 0.2,
      async read(bytes) {
        const proven = grantedBy(await verifyProofFile(bytes, real.network, verifier));
        if (!proven) return undefined;
        if (!equalBytes(bytes, real.proofFile)) throw new NonCanonical('another file proves it');
        return proven;
      },
    },
    decodeFullCertificate: {
      ...fileOf(real.fullCertificateFile),
      read: (bytes) => grantedBy(decodeFullCertificate(bytes)),
    },
    indexFrom: { seeds: chunks ? [chunks.bytes] : [], read: indexFrom },
    readingsOf: {
      seeds: real.encodings.map(({ bytes }) => bytes),
      share: 0.02,
      read(bytes) {
        const readings = readingsOf(bytes);
        jsonText(readings, 0);
        return readings.length > 0 ? readings : undefined;
      },
    },
    networkFrom: {
      ...fileOf(real.genesis),
      share: 0.2,
      read(bytes) {
        const genesis = grantedBy(decode(genesisCodec, bytes));
        return genesis && grantedBy(networkFrom(genesis));
      },
    },
    checkStateProof: {
      ...fileOf(real.stateProof.proof),
      read(bytes) {
        const { root, key, proof } = real.stateProof;
        const decoded = grantedBy(decode(stateProofCodec, bytes));
        const shown = decoded && checkStateProof(root, key, decoded);
        if (!shown?.ok) return undefined;
        if (!equalBytes(bytes, proof)) throw new NonCanonical('another proof shows it');
        return shown;
      },
    },
  };
}

function ofBlocks(real: RealSamples): Readonly<Record<string, ByteReader>> {
  const codecOf = (bytes: Uint8Array) => real.encodings.find((one) => one.bytes === bytes)!.codec;
  return {
    certifiedBlockFromBytes: {
      seeds: [real.certifiedBlock],
      codec: codecOf(real.certifiedBlock),
      share: 0.2,
      read: (bytes) => grantedBy(certifiedBlockFromBytes(bytes)),
      write: certifiedBlockBytes,
    },
    storedBlockFromBytes: {
      seeds: [real.storedBlock],
      codec: codecOf(real.storedBlock),
      share: 0.2,
      read: (bytes) => grantedBy(storedBlockFromBytes(bytes)),
      write: storedBlockBytes,
    },
  };
}

/** What stores keep: a damaged value is a fault of the store, and nothing else. */
function ofStored(real: RealSamples): Readonly<Record<string, ByteReader>> {
  const head = grantedBy(decode(chainHeadCodec, real.head))!;
  const long = dynamodb.storedBytes(new Uint8Array(2_000));
  const stored = [dynamodb.storedValue(chainHeadCodec, head), long];
  const keptBySqlite = [sqlite.storedValue(chainHeadCodec, head)];
  const chunked = dynamodb.chunked(noise(dynamodb.chunkBytes + 5));
  const wallet = { keys: [], chains: [], first: undefined };
  const codec = chainHeadCodec as Codec<unknown>;
  const one = (seeds: readonly Uint8Array[], read: (bytes: Uint8Array) => unknown): ByteReader => ({
    seeds,
    codec,
    skipped: 1,
    read: (bytes) => unlessFault(() => read(bytes)),
  });
  return {
    'bytesFromStored of dynamodb': one(stored, dynamodb.bytesFromStored),
    'valueFromStored of dynamodb': one(stored, (bytes) =>
      dynamodb.valueFromStored(chainHeadCodec, bytes),
    ),
    'chunksOf of dynamodb': one(chunked ? [chunked.pointer] : [], dynamodb.chunksOf),
    'u64FromBytes of dynamodb': one([items.u64Bytes(5n)], items.u64FromBytes),
    'bytesFromStored of sqlite': one(keptBySqlite, sqlite.bytesFromStored),
    'valueFromStored of sqlite': one(keptBySqlite, (bytes) =>
      sqlite.valueFromStored(chainHeadCodec, bytes),
    ),
    'idFromBytes of sqlite': one([sqlite.bytesOfHex(head.chain)], (bytes) =>
      sqlite.idFromBytes(chainIdCodec, bytes),
    ),
    'u64FromBytes of sqlite': one([sqlite.u64Bytes(5n)], sqlite.u64FromBytes),
    readRecord: one([encode(exportedCodec, wallet)], (bytes) => readRecord(exportedCodec, bytes)),
    changedHeads: one(stored, (bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      const record = { dynamodb: { NewImage: { head: { B: text } } } } as never;
      return changedHeads([record], () => undefined)[0];
    }),
  };
}

function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Math.imul(index, 0x9e3779b1) >>> 24);
}

function grantedBy<T>(result: Result<T, unknown>): T | undefined {
  return result.ok ? result.value : undefined;
}

function unlessFault(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return noFault(error);
  }
}

/** A target for each of them. */
export function byteTargets(real: RealSamples): readonly AnyTarget[] {
  return Object.entries(byteReaders(real)).map(([name, reader]) => {
    const { codec, skipped = 0 } = reader;
    const cut = (bytes: Uint8Array): Cut => {
      const found = codec ? cutsOf(codec, bytes.subarray(skipped)) : [];
      return { bytes, cuts: found.map((each) => each + skipped) };
    };
    return anyTarget({
      name,
      seeds: reader.seeds,
      share: reader.share ?? 1,
      mutate: (random: Random, pool: readonly Uint8Array[]) =>
        mutateBytes(random, cut(random.pick(pool)), cut(random.pick(pool))),
      judge: (bytes: Uint8Array) => judgeReading(reader, bytes),
      show: hexFromBytes,
    });
  });
}

function judgeReading(reader: ByteReader, bytes: Uint8Array): Judged | Promise<Judged> {
  const value = reader.read(bytes);
  if (value instanceof Promise) return value.then((settled) => judged(reader, bytes, settled));
  return judged(reader, bytes, value);
}

function judged({ write }: ByteReader, bytes: Uint8Array, value: unknown): Judged {
  const feature = `${Math.ceil(Math.log2(bytes.length + 1))}`;
  if (value === undefined) return { kind: 'refused', feature };
  const again = write?.(value as never) ?? bytes;
  if (!equalBytes(again, bytes)) throw new NonCanonical(`is written ${hexFromBytes(again)}`);
  return { kind: 'accepted', feature };
}
