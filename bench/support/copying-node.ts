import type { ValidatorNode } from '#ports/validator-node.ts';
import { chainReplyCodec, chainRequestCodec } from '#protocol/chain/requests.ts';
import { type Codec, decode, encode } from '#protocol/encoding/codec.ts';

/**
 * A node of this process that shares no object with its callers: both ways go through bytes, as
 * over a network, so that nothing computed for one validator serves another.
 */
export function copyingNode(node: ValidatorNode): ValidatorNode {
  return {
    ...node,
    async handle(request) {
      const reply = await node.handle(copy(chainRequestCodec, request));
      return copy(chainReplyCodec, reply);
    },
  };
}

function copy<T>(codec: Codec<T>, value: T): T {
  const decoded = decode(codec, encode(codec, value));
  if (!decoded.ok) throw new Error(`${decoded.error.found} at ${decoded.error.offset}`);
  return decoded.value;
}
