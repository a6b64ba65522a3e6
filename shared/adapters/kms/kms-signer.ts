import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { Signer } from '#ports/signer.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { PublicKey } from '#protocol/crypto/signature.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';

export interface KmsSignerOptions {
  readonly client: KMSClient;
  /** The key's id or ARN: of `ECC_NIST_EDWARDS25519`, for signing. */
  readonly keyId: string;
}

/** SubjectPublicKeyInfo of Ed25519 up to the key. Source: RFC 8410 section 4. */
const spkiPrefix = bytesFromHex('302a300506032b6570032100');
const keyLength = 32;
const signatureLength = 64;

/**
 * Signs in KMS with a key that never leaves it. Ed25519 is deterministic, so signing again gives
 * the same bytes.
 */
export async function kmsSigner({ client, keyId }: KmsSignerOptions): Promise<Signer> {
  const bytes = await readPublicKey(client, keyId);
  const publicKey: PublicKey = { scheme: 'ed25519', bytes };
  return {
    publicKey,
    async sign(message) {
      // Whole messages, not digests: that is what Ed25519 signs.
      const { Signature: signature } = await asked(
        client.send(
          new SignCommand({
            KeyId: keyId,
            Message: message,
            MessageType: 'RAW',
            SigningAlgorithm: 'ED25519_SHA_512',
          }),
        ),
      );
      if (signature?.length !== signatureLength) throw new StoreFault('KMS gave no signature');
      return { scheme: 'ed25519', bytes: Uint8Array.from(signature) };
    },
  };
}

async function readPublicKey(client: KMSClient, keyId: string): Promise<Uint8Array> {
  const { PublicKey: encoded } = await asked(
    client.send(new GetPublicKeyCommand({ KeyId: keyId })),
  );
  const found = Uint8Array.from(encoded ?? []);
  const isEd25519 =
    found.length === spkiPrefix.length + keyLength &&
    equalBytes(found.subarray(0, spkiPrefix.length), spkiPrefix);
  if (!isEd25519) throw new StoreFault(`KMS key ${keyId} is no Ed25519 key`);
  return found.slice(spkiPrefix.length);
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new StoreFault('KMS did not answer', { cause: error });
  }
}
