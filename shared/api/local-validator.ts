import type { NotificationHub } from '#ports/notifier.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { refusalFrom } from '#protocol/chain/remedies.ts';
import type { PublicKey } from '#protocol/crypto/signature.ts';
import { ok, reject } from '#protocol/primitives/result.ts';
import { handleRequest } from '#worker/handle-request.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { readBlocks, readInfo, readPendingBundles } from '#worker/read-chain.ts';
import { hearHints } from './hear-hints.ts';

export interface ValidatorIdentity {
  readonly name: string;
  readonly publicKey: PublicKey;
}

/** The ports of a validator that is listened to. */
export interface ServedPorts extends WorkerPorts {
  readonly notifier: NotificationHub;
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
      const info = await readInfo(ports, chain, flags);
      return info.ok ? info : reject(refusalFrom(info.error));
    },
    async blocks(chain, from, limit) {
      return ok(await readBlocks(ports, chain, { from, limit }));
    },
    async pendingBundles(chain, cursor, limit) {
      return ok(await readPendingBundles(ports, chain, { cursor, limit }));
    },
    subscribe: (chains, listener) => hearHints(ports.notifier, chains, listener),
  };
}
