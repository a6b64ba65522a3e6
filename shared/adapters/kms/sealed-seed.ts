import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import { StoreFault } from '#ports/store-fault.ts';

export interface SeedKeyOptions {
  readonly client: KMSClient;
  /** The key's id or ARN: symmetric, for encryption. */
  readonly keyId: string;
  /** What is sealed for one validator opens for no other. */
  readonly validator: string;
}

const contextName = 'weft:validator';
const seedLength = 32;

/** The seed as it may be kept anywhere: base64 of what only this KMS key opens. */
export async function sealSeed(
  { client, keyId, validator }: SeedKeyOptions,
  seed: Uint8Array,
): Promise<string> {
  const { CiphertextBlob: sealed } = await client.send(
    new EncryptCommand({
      KeyId: keyId,
      Plaintext: seed,
      EncryptionContext: { [contextName]: validator },
    }),
  );
  if (!sealed) throw new StoreFault('KMS sealed nothing');
  return Buffer.from(sealed).toString('base64');
}

/**
 * The seed again, to be held in memory only.
 *
 * @throws StoreFault if KMS does not open it: another key, another validator, or no permission.
 */
export async function openSeed(
  { client, keyId, validator }: SeedKeyOptions,
  sealed: string,
): Promise<Uint8Array> {
  const opening = client.send(
    new DecryptCommand({
      KeyId: keyId,
      CiphertextBlob: Buffer.from(sealed, 'base64'),
      EncryptionContext: { [contextName]: validator },
    }),
  );
  const { Plaintext: seed } = await opening.catch((error: unknown) => {
    throw new StoreFault(`KMS does not open the seed of ${validator}`, { cause: error });
  });
  if (seed?.length !== seedLength) throw new StoreFault('KMS opened something that is no seed');
  return Uint8Array.from(seed);
}
