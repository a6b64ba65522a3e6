import type { BlobUploads } from '#ports/blob-uploads.ts';
import type { NotificationHub } from '#ports/notifier.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { type RejectionKind, refusalFrom } from '#protocol/chain/remedies.ts';
import type { Refusal } from '#protocol/chain/requests.ts';
import type { PublicKey } from '#protocol/crypto/signature.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import { handleRequest } from '#worker/handle-request.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { readBlocks, readInfo, readPendingBundles } from '#worker/read-chain.ts';
import { readOpenings } from '#worker/read-openings.ts';
import { readBlob, readBlobState, readHeldBlob, takeBlob } from '#worker/serve-blobs.ts';
import { hearHints } from './hear-hints.ts';

export interface ValidatorIdentity {
  readonly name: string;
  readonly publicKey: PublicKey;
}

/** The ports of a validator that is listened to. */
export interface ServedPorts extends WorkerPorts {
  readonly notifier: NotificationHub;
  /** Where contents of blobs may be put past the validator. */
  readonly uploads?: BlobUploads | undefined;
}

/** The validator that these ports make, without a network in between. */
export function localValidator(
  ports: ServedPorts,
  { name, publicKey }: ValidatorIdentity,
): ValidatorNode {
  return {
    name,
    publicKey,
    handle: (request) => handleRequest(ports, request),
    async info(chain, flags) {
      return answered(await readInfo(ports, chain, flags));
    },
    async blocks(chain, from, limit) {
      return ok(await readBlocks(ports, chain, { from, limit }));
    },
    async openings(chain, height, commitment) {
      return ok(await readOpenings(ports, chain, { height, commitment }));
    },
    async blob(id) {
      return answered(await readBlob(ports, id));
    },
    async blobState(id) {
      return answered(await readBlobState(ports, id));
    },
    async uploadBlob(chain, bytes) {
      return answered(await takeBlob(ports, chain, bytes));
    },
    async heldBlob(chain, id) {
      return answered(await readHeldBlob(ports, chain, id));
    },
    async pendingBundles(chain, cursor, limit) {
      return ok(await readPendingBundles(ports, chain, { cursor, limit }));
    },
    subscribe: (chains, listener) => hearHints(ports.notifier, chains, listener),
  };
}

function answered<T>(result: Result<T, Rejection<RejectionKind>>): Result<T, Refusal> {
  return result.ok ? result : reject(refusalFrom(result.error));
}
