import * as z from 'zod/mini';
import { fetchCarrier } from '#adapters/http/fetch-carrier.ts';
import { validatorOver } from '#adapters/http/validator-over.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';

const peersSchema = z.array(
  z.object({
    name: z.string(),
    url: z.string().check(z.regex(/^https?:\/\//)),
    publicKey: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  }),
);

const deadlineMs = 3_000;

/** The other validators, as the operator listed them; who they are, their keys say. */
export async function loadPeers(
  files: ObjectStore,
  self: Uint8Array,
): Promise<readonly ValidatorNode[]> {
  const bytes = await files.load('peers.json');
  if (!bytes) return [];
  const listed = peersSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  return listed.flatMap(({ name, url, publicKey }) => {
    const key = bytesFromHex(publicKey);
    if (Buffer.compare(key, self) === 0) return [];
    const reached = {
      url,
      name,
      publicKey: { scheme: 'ed25519', bytes: key },
      deadlineMs,
    } as const;
    return [validatorOver({ ...reached, carrier: fetchCarrier(url), hints: noHints })];
  });
}

/** The driver asks, and never waits to be told. */
const noHints = {
  subscribe: () => ({ close: () => undefined }),
  close: () => undefined,
};
