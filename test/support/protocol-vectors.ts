import { encode } from '#protocol/encoding/codec.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { members } from './sample-blocks.ts';
import { type ExecutionVector, executionVector } from './vector-execution.ts';
import { type HashVector, hashVectors, type ListVector, listVectors } from './vector-hashes.ts';
import { layouts } from './vector-layouts.ts';
import { type LeaderVector, leaderVectors } from './vector-leaders.ts';

/** What `test/vectors/protocol.json` holds. */
export interface ProtocolVectors {
  readonly about: string;
  readonly layouts: readonly {
    readonly type: string;
    readonly name: string;
    readonly value: unknown;
    readonly bytes: string;
  }[];
  readonly hashes: readonly HashVector[];
  readonly lists: readonly ListVector[];
  readonly members: readonly { readonly publicKey: string; readonly weight: string }[];
  readonly leaders: readonly LeaderVector[];
  readonly execution: ExecutionVector;
}

const about =
  'Layouts: a value as JSON (integers above 32 bits as decimal text, bytes, ids and hashes as hexadecimal, what is optional and absent left out) and its encoding. Hashes: SHA-256(tag, 00, input). Lists: items and their root. Members: of the committee that signed the sample certificates, in the order of their seats. Leaders: the 128-bit draw in hexadecimal, the candidates in their order, and whom it names. Execution: blocks, and the state behind each.';

/** A value as JSON can hold it. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return hexFromBytes(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, plain(field)]));
}

/** The vectors as the code makes them. */
export function protocolVectors(): ProtocolVectors {
  return {
    about,
    layouts: layouts.flatMap(({ type, codec, values }) =>
      Object.entries(values).map(([name, value]) => ({
        type,
        name,
        value: plain(value),
        bytes: hexFromBytes(encode(codec, value)),
      })),
    ),
    hashes: hashVectors,
    lists: listVectors,
    members: members.map(({ signer, weight }) => ({
      publicKey: hexFromBytes(signer.publicKey.bytes),
      weight: weight.toString(),
    })),
    leaders: leaderVectors,
    execution: executionVector(),
  };
}

/** One vector a line, so that a change shows as the lines that it changes. */
export function vectorsText(vectors: ProtocolVectors): string {
  const sections = Object.entries(vectors).map(([name, section]) => {
    if (!Array.isArray(section)) return `  "${name}": ${JSON.stringify(section)}`;
    const lines = section.map((one) => `    ${JSON.stringify(one)}`);
    return `  "${name}": [\n${lines.join(',\n')}\n  ]`;
  });
  return `{\n${sections.join(',\n')}\n}\n`;
}
