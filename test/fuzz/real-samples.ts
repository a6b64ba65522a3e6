import {
  encodeFullCertificate,
  fullCertificateFileCodec,
} from '#client/evidence/full-certificate-file.ts';
import { encodeProofFile, proofFileCodec } from '#client/proof-file.ts';
import { pendingBlockCodec } from '#client/wallet/records.ts';
import { type FullCertificate, fullCertificateCodec } from '#protocol/block/certificate.ts';
import { certifiedBlockBytes, certifiedBlockCodec } from '#protocol/block/certified-block.ts';
import { genesisCodec, networkIdOf } from '#protocol/block/genesis.ts';
import { storedBlockBytes, storedBlockCodec } from '#protocol/block/stored-block.ts';
import { chainHeadCodec } from '#protocol/chain/head.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { type Codec, encode } from '#protocol/encoding/codec.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { emptyRootNode, nodeCodec } from '#protocol/state/node.ts';
import { checkStateProof, proveKey, stateProofCodec } from '#protocol/state/proof.ts';
import { openState } from '#protocol/state/state-view.ts';
import { description } from '#test/support/sample-blocks.ts';
import { layouts } from '#test/support/vector-layouts.ts';
import { readHead } from '#worker/read-state.ts';
import { testCommittee } from '../support/committee.ts';
import { confirm, pay, take } from '../support/drive.ts';
import { proposed, validate } from '../support/requests.ts';

/** An encoding, and the codec that it is of. */
export interface Encoded {
  readonly codec: Codec<unknown>;
  readonly bytes: Uint8Array;
}

/** What a small network really makes: files, blocks, heads and nodes of its state. */
export interface RealSamples {
  readonly encodings: readonly Encoded[];
  readonly network: Hash;
  readonly proofFile: Uint8Array;
  readonly fullCertificateFile: Uint8Array;
  readonly certifiedBlock: Uint8Array;
  readonly storedBlock: Uint8Array;
  readonly genesis: Uint8Array;
  readonly head: Uint8Array;
  readonly stateProof: ProvenKey;
}

/** A proof about a key, and the root and value that it shows. */
export interface ProvenKey {
  readonly root: Hash;
  readonly key: Uint8Array;
  readonly proof: Uint8Array;
}

/** The same ones each time. */
export async function realSamples(): Promise<RealSamples> {
  const committee = testCommittee();
  const { owners, genesis } = committee;
  const [alice, bob] = owners;
  if (!alice || !bob) throw new Error('two owners there are');
  const first = await confirm(committee, alice, [pay(bob.chain, 1n)]);
  await confirm(committee, bob, [...take(first.block, bob.chain), pay(alice.chain, 2n)]);
  const next = await proposed(committee, alice, [pay(bob.chain, 3n)]);
  const opening = await validate(committee, committee.validators, next.proposal);
  const validator = committee.validators[0];
  const head = validator && (await readHead(validator.ports, alice.chain));
  const proofFile = encodeProofFile(genesis.genesis, first);
  const full = layouts.find(({ type }) => type === 'full certificate')?.values.sample;
  if (!head || !proofFile) throw new Error('a network that works has both');
  const named = {
    proofFile,
    fullCertificateFile: encodeFullCertificate([description], full as FullCertificate),
    certifiedBlock: certifiedBlockBytes(first),
    storedBlock: storedBlockBytes({ ...first, opening }),
    genesis: encode(genesisCodec, genesis.genesis),
    head: encode(chainHeadCodec, head),
  };
  const stateProof = provenKey();
  return {
    ...named,
    network: networkIdOf(genesis.genesis.header),
    stateProof,
    encodings: [
      {
        codec: pendingBlockCodec,
        bytes: encode(pendingBlockCodec, { proposal: next.proposal, outcome: next.block.outcome }),
      },
      { codec: proofFileCodec, bytes: named.proofFile },
      { codec: fullCertificateFileCodec, bytes: named.fullCertificateFile },
      { codec: fullCertificateCodec, bytes: encode(fullCertificateCodec, full as FullCertificate) },
      { codec: certifiedBlockCodec, bytes: named.certifiedBlock },
      { codec: storedBlockCodec, bytes: named.storedBlock },
      { codec: genesisCodec, bytes: named.genesis },
      { codec: chainHeadCodec, bytes: named.head },
      { codec: stateProofCodec, bytes: stateProof.proof },
      { codec: nodeCodec, bytes: largeState().rootNode },
    ],
  };
}

/** A state of branches, leaves and values held by hash. */
function largeState() {
  const view = openState(emptyRootNode, { read: () => undefined });
  for (let index = 0; index < 200; index++) {
    view.set(keyNumbered(index), new Uint8Array(index === 77 ? 1_500 : index).fill(index));
  }
  const commit = view.commit();
  if (!commit) throw new Error('nothing is missing');
  return commit;
}

const keyNumbered = (index: number) => asciiBytes(`${(index * 7919) % 1009}/${index}`);

function provenKey(): ProvenKey {
  const { root, rootNode, written } = largeState();
  const key = keyNumbered(77);
  const proof = proveKey(rootNode, { read: (hash) => written.get(hash) }, key);
  if (!proof.ok || !checkStateProof(root, key, proof.value).ok) throw new Error('it is proven');
  return { root, key, proof: encode(stateProofCodec, proof.value) };
}
