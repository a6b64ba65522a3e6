import type { BoundSigner } from '#ports/signer.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { type Vote, type VotePayload, voteDigest } from '#protocol/block/vote.ts';
import { nameOfBytes } from '#protocol/primitives/bytes.ts';
import { memoryOf } from './memory.ts';
import type { WorkerPorts } from './ports.ts';

/** Signs a decided vote. The caller releases it only once the decision is saved. */
export async function signVote(
  ports: WorkerPorts,
  signer: BoundSigner,
  payload: VotePayload,
): Promise<Vote> {
  const message = voteDigest(payload);
  const signature = await signer.sign(message);
  memoryOf(ports).ownSignatures.set(nameOfBytes(message), signature.bytes);
  return { payload, publicKey: signer.publicKey, signature };
}

/** Whether it may sign, for whoever goes on without its votes where nothing tells. */
export async function isKnownBound(signer: BoundSigner): Promise<boolean> {
  try {
    return await signer.isBound();
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    return false;
  }
}
