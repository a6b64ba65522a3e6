import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  bool,
  config,
  end,
  fail,
  fixed,
  hash,
  items,
  list,
  must,
  option,
  parts,
  publicKey,
  type Reader,
  round,
  signature,
  signer,
  slice,
  struct,
  text,
  transaction,
  u16,
  u32,
  u64,
  uleb,
  union,
  whole,
} from './independent-bytes.ts';

/**
 * A certified block, and what shows that it is a block of the network: each in the bytes of
 * docs/protocol.md, from which alone this file and independent-bytes.ts were written.
 */
export interface BlockClaim {
  /** The network's id, all that has to be known beforehand. */
  readonly network: string;
  readonly genesisHeader: Uint8Array;
  /** Of the chain, of the one that opened it, and so on up to a root. */
  readonly descriptions: readonly Uint8Array[];
  /** The item proof of the root's configuration. */
  readonly rootProof: Uint8Array;
  readonly certifiedBlock: Uint8Array;
}

export interface VerifiedBlock {
  readonly chain: string;
  readonly height: bigint;
  readonly hash: string;
  readonly header: Buffer;
  readonly votes: bigint;
}

function tagged(tag: string, ...content: readonly Uint8Array[]): Buffer {
  const hashing = createHash('sha256').update(`weft/${tag}\0`, 'latin1');
  for (const one of content) hashing.update(one);
  return hashing.digest();
}

function u32Bytes(value: number): Buffer {
  const encoded = Buffer.alloc(4);
  encoded.writeUInt32LE(value);
  return encoded;
}

/** The root of a list of encoded items, under the tag `weft/` and `tag`. */
export function rootOf(tag: string, all: readonly Uint8Array[]): Buffer {
  const size = u32Bytes(all.length);
  if (all.length === 0) return tagged(tag, Buffer.of(2), size);
  return tagged(tag, Buffer.of(2), size, treeOf(tag, all));
}

function treeOf(tag: string, all: readonly Uint8Array[]): Buffer {
  if (all.length === 1) return tagged(tag, Buffer.of(0), all[0] as Uint8Array);
  let split = 1;
  while (split * 2 < all.length) split *= 2;
  const left = treeOf(tag, all.slice(0, split));
  return tagged(tag, Buffer.of(1), left, treeOf(tag, all.slice(split)));
}

/** Whether an encoded item proof shows `item` under `root`; answers its index. */
export function checkItemProof(
  tag: string,
  root: Uint8Array,
  { item, proof }: { readonly item: Uint8Array; readonly proof: Uint8Array },
): number {
  const reader = whole(proof);
  const index = slice(reader, u32).readUInt32LE();
  const size = slice(reader, u32).readUInt32LE();
  const path = [...items(reader, hash, 32)];
  end(reader);
  must(index < size, 'item proof');
  let node = tagged(tag, Buffer.of(0), item);
  let at = index;
  for (let width = size; width > 1; width = Math.ceil(width / 2), at = Math.floor(at / 2)) {
    if (at % 2 === 0 && at + 1 >= width) continue;
    const sibling = path.shift() ?? fail('item proof');
    const [left, right] = at % 2 === 1 ? [sibling, node] : [node, sibling];
    node = tagged(tag, Buffer.of(1), left, right);
  }
  must(path.length === 0, 'item proof');
  must(tagged(tag, Buffer.of(2), u32Bytes(size), node).equals(root), 'item proof');
  return index;
}

interface Member {
  readonly key: Buffer;
  readonly weight: bigint;
}
interface Genesis {
  readonly members: readonly Member[];
  readonly quorum: bigint;
  readonly rootChains: Buffer;
  readonly time: Buffer;
}

const limits = struct(...[8, 8, 8, 4, 4, 4, 4, 4, 4, 8, 8, 4, 4, 8, 8, 4, 4, 4, 4].map(fixed));
const policy = struct(fixed(17 * 16), limits, list(text(253), 256), list(hash, 256));

const seat = struct(publicKey, u64);
const genesisHeader = struct(u16, text(64), u64, bool, policy, list(seat, 1_000), hash, hash);
const description = struct(union([hash, u32], [hash, u64, u32]), config, u64);
const itemProof = struct(u32, u32, list(hash, 32));

/** The parts of a proof file; what follows its third is a certified block. */
export function claimFrom(network: string, file: Uint8Array): BlockClaim {
  const reader = whole(file);
  must(slice(reader, fixed(16)).equals(Buffer.from('weft/proof-file\0', 'latin1')), 'F1');
  must(slice(reader, u16).readUInt16LE() === 1, 'F1');
  return {
    network,
    genesisHeader: slice(reader, genesisHeader),
    rootProof: slice(reader, itemProof),
    descriptions: items(reader, description, 64),
    certifiedBlock: reader.bytes.subarray(reader.at),
  };
}

function genesisFrom(content: Uint8Array): Genesis {
  const reader = whole(content);
  must(slice(reader, u16).readUInt16LE() === 1, 'G1');
  text(64)(reader);
  const time = slice(reader, u64);
  struct(bool, policy)(reader);
  const seats = items(reader, seat, 1_000);
  const rootChains = slice(reader, hash);
  fixed(32)(reader);
  end(reader);
  const members = seats
    .map((one) => ({ key: one.subarray(0, -8), weight: one.readBigUInt64LE(one.length - 8) }))
    .sort((a, b) => Buffer.compare(a.key, b.key));
  must(members.length > 0, 'K1');
  for (const [index, { key, weight }] of members.entries()) {
    must(index === 0 || !members[index - 1]?.key.equals(key), 'K2');
    must(isAdmissible(key), 'K3');
    must(weight > 0n, 'K4');
  }
  const total = members.reduce((sum, { weight }) => sum + weight, 0n);
  must(total < 1n << 64n, 'K4');
  const validity = (total + 2n) / 3n;
  return { members, quorum: (total + validity + 1n) / 2n, rootChains, time };
}

const smallOrder = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
];

function isAdmissible(key: Buffer): boolean {
  if (key[0] !== 0) return false;
  const y = Buffer.from(key.subarray(2));
  y[31] = (y[31] as number) & 0x7f;
  const value = BigInt(`0x${Buffer.from(y).reverse().toString('hex')}`);
  return value < (1n << 255n) - 19n && !smallOrder.includes(y.toString('hex'));
}

/** Rebuilds the chain's id from the descriptions, and shows that the network began with its root. */
function chainFrom(claim: BlockClaim, genesis: Genesis): Buffer {
  const ids = claim.descriptions.map((one) =>
    tagged('blob', Buffer.of(6), createHash('sha256').update(one).digest()),
  );
  for (const [i, one] of claim.descriptions.slice(0, -1).entries()) {
    const reader = whole(one);
    must(uleb(reader) === 1 && slice(reader, hash).equals(ids[i + 1] as Buffer), 'F3');
    struct(u64, u32, config, u64)(reader);
    end(reader);
  }
  checkRoot(claim.descriptions.at(-1) ?? fail('F3'), claim, genesis);
  return ids[0] as Buffer;
}

function checkRoot(description: Uint8Array, { network, rootProof }: BlockClaim, genesis: Genesis) {
  const reader = whole(description);
  must(uleb(reader) === 0, 'F5');
  must(slice(reader, hash).toString('hex') === network, 'F5');
  const index = slice(reader, u32).readUInt32LE();
  const item = slice(reader, config);
  must(slice(reader, u64).equals(genesis.time), 'F5');
  end(reader);
  const shown = { item, proof: rootProof };
  must(checkItemProof('root-chains', genesis.rootChains, shown) === index, 'F4');
}

/** Recomputes every root of a body's lists, and so its header. */
function headerFrom(reader: Reader): Buffer {
  const about = slice(reader, struct(u16, hash, u32, u64, u64));
  must(about.readUInt16LE() === 1, 'E1');
  const parent = slice(reader, option(hash));
  const inName = slice(reader, signer);
  const roots = [rootOf('part/transactions', items(reader, transaction, 10_000))];
  for (const [name, item] of parts) roots.push(rootOf(`part/${name}`, items(reader, item, 65_536)));
  roots.push(slice(reader, hash), Buffer.alloc(32));
  const above = parent.length === 1 ? Buffer.alloc(32) : parent.subarray(1);
  return Buffer.concat([about, above, inName, ...roots]);
}

/** Checks a confirmed certificate for the block with this header; answers the weight of it. */
function checkCertificate(reader: Reader, header: Buffer, { members, quorum }: Genesis): bigint {
  const subject = slice(reader, struct(hash, u64, u32));
  const [chain, height, epoch] = [
    subject.subarray(0, 32),
    subject.subarray(32, 40),
    subject.subarray(40),
  ];
  must(chain.equals(header.subarray(2, 34)), 'C6');
  must(height.equals(header.subarray(38, 46)) && epoch.equals(header.subarray(34, 38)), 'C6');
  must(epoch.readUInt32LE() === 0, 'C3');
  const inRound = slice(reader, round);
  const isFast = inRound[0] === 0;
  const block = slice(reader, hash);
  must(block.equals(tagged('block', header)), 'C6');
  const commitments = items(reader, hash, 1_000);
  must(!isFast || commitments.length === 0, 'S7');
  for (let i = 1; i < commitments.length; i++) {
    must(Buffer.compare(commitments[i - 1] as Buffer, commitments[i] as Buffer) < 0, 'S7');
  }
  const used = new Set<number>();
  let votes = 0n;
  let last = -1;
  for (const one of items(reader, struct(u16, option(u16), signature), 1_000)) {
    const number = one.readUInt16LE();
    const { key, weight } = members[number] ?? fail('S1');
    must(number > last, 'S2');
    last = number;
    votes += weight;
    must((one[2] === 0) === isFast, 'S8');
    const opening = isFast ? undefined : one.readUInt16LE(3);
    const commitment = opening === undefined ? undefined : (commitments[opening] ?? fail('S8'));
    if (opening !== undefined) used.add(opening);
    const unlocking = commitment ? [Buffer.of(1), inRound, commitment] : [Buffer.of(0)];
    const message = tagged('vote', subject, inRound, Buffer.of(2), block, ...unlocking);
    must(isSigned(key, message, one.subarray(isFast ? 3 : 5)), 'S4');
  }
  must(used.size === commitments.length, 'S9');
  must(votes >= quorum, 'S3');
  return votes;
}

function isSigned(key: Buffer, message: Buffer, signed: Buffer): boolean {
  if (signed[0] !== 0) return false;
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.subarray(2)]);
  const publicKeyObject = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return verify(null, message, publicKeyObject, signed.subarray(2));
}

/** @throws Error naming the rule of docs/protocol.md that the claim breaks. */
export function verifyBlock(claim: BlockClaim): VerifiedBlock {
  must(tagged('genesis', claim.genesisHeader).toString('hex') === claim.network, 'network');
  const genesis = genesisFrom(claim.genesisHeader);
  const chain = chainFrom(claim, genesis);
  const reader = whole(claim.certifiedBlock);
  const header = headerFrom(reader);
  must(chain.equals(header.subarray(2, 34)), 'C6');
  const votes = checkCertificate(reader, header, genesis);
  end(reader);
  return {
    chain: chain.toString('hex'),
    height: header.readBigUInt64LE(38),
    hash: tagged('block', header).toString('hex'),
    header,
    votes,
  };
}
