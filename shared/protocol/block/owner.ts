import { hashCodec, hashOfValue, tag } from '../crypto/hash.ts';
import { type PublicKey, publicKeyCodec } from '../crypto/signature.ts';
import { hexBytes } from '../encoding/byte-strings.ts';
import type { Decoded } from '../encoding/codec.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';
import type { Brand } from '../primitives/brand.ts';
import { hexFromBytes } from '../primitives/hex.ts';
import { chainIdCodec } from './chain-id.ts';

/** Names an application: the hash of its description. */
export type ApplicationId = Brand<string, 'ApplicationId'>;
export const applicationIdCodec = hexBytes<ApplicationId>(32);

/** The last 20 bytes of the Keccak hash of a secp256k1 key. */
export type EvmAddress = Brand<string, 'EvmAddress'>;
export const evmAddressCodec = hexBytes<EvmAddress>(20);

/** Who may own tokens or propose blocks: the chain itself, a key, an EVM address, an application. */
export const accountOwnerCodec = union({
  chain: [0, struct({})],
  key: [1, struct({ hash: hashCodec })],
  evm: [2, struct({ address: evmAddressCodec })],
  application: [3, struct({ id: applicationIdCodec })],
});
export type AccountOwner = Decoded<typeof accountOwnerCodec>;

/** Tokens of `owner` on `chain`. */
export const accountCodec = struct({ chain: chainIdCodec, owner: accountOwnerCodec });
export type Account = Decoded<typeof accountCodec>;

const ownerTag = tag('weft/owner');

/** The owner that `publicKey` stands for: an EVM address, or the hash of its scheme and bytes. */
export function ownerOf(publicKey: PublicKey): AccountOwner {
  const { scheme, bytes } = publicKey;
  if (scheme === 'secp256k1-eip191') {
    return { kind: 'evm', address: hexFromBytes(bytes) as string as EvmAddress };
  }
  return { kind: 'key', hash: hashOfValue(ownerTag, publicKeyCodec, publicKey) };
}

/** The chain itself as an owner: its balance belongs to whoever owns the chain. */
export const chainOwner: AccountOwner = { kind: 'chain' };

export function isSameOwner(a: AccountOwner, b: AccountOwner): boolean {
  switch (a.kind) {
    case 'chain':
      return b.kind === 'chain';
    case 'key':
      return b.kind === 'key' && a.hash === b.hash;
    case 'evm':
      return b.kind === 'evm' && a.address === b.address;
    case 'application':
      return b.kind === 'application' && a.id === b.id;
  }
}

/** `chain`, `key:HEX`, `evm:HEX` or `app:HEX`: one text for each owner. */
export function ownerText(owner: AccountOwner): string {
  switch (owner.kind) {
    case 'chain':
      return 'chain';
    case 'key':
      return `key:${owner.hash}`;
    case 'evm':
      return `evm:${owner.address}`;
    case 'application':
      return `app:${owner.id}`;
  }
}
