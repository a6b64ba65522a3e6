import type { BlobUploads, ExpectedBlob } from '#ports/blob-uploads.ts';
import { type BlobId, dataBlobId } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Network } from '#protocol/chain/network.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';

/** What takes contents past a validator, if it has that. */
export interface UploadPorts {
  readonly network: Network;
  readonly uploads?: BlobUploads | undefined;
}

/** What content of a data blob is to be. */
export interface Announced {
  readonly digest: Hash;
  readonly length: number;
}

type Refused = Rejection<'not-supported' | 'blob-too-large' | 'unwanted-blob'>;

/** Where to put the content of a data blob for which a block of the chain waits. */
export async function inviteUpload(
  ports: UploadPorts,
  chain: ChainId,
  announced: Announced,
): Promise<Result<string, Refused>> {
  const checked = check(ports, announced);
  if (!checked.ok) return checked;
  const { uploads, blob } = checked.value;
  const url = await uploads.invite(chain, blob);
  return url === undefined ? unwanted(blob.id) : ok(url);
}

/** Keeps what was put there, once it is there. */
export async function admitUpload(
  ports: UploadPorts,
  chain: ChainId,
  announced: Announced,
): Promise<Result<BlobId, Refused | Rejection<'missing-blobs'>>> {
  const checked = check(ports, announced);
  if (!checked.ok) return checked;
  const { uploads, blob } = checked.value;
  switch (await uploads.admit(chain, blob)) {
    case 'kept':
      return ok(blob.id);
    case 'unwanted':
      return unwanted(blob.id);
    case 'absent':
      return refuse('missing-blobs', blob.id, `${blob.length} bytes that were put`);
  }
}

interface Checked {
  readonly uploads: BlobUploads;
  readonly blob: ExpectedBlob;
}

function check(
  { network, uploads }: UploadPorts,
  { digest, length }: Announced,
): Result<Checked, Rejection<'not-supported' | 'blob-too-large'>> {
  if (!uploads) return refuse('not-supported', 'an upload past the validator', 'one to it');
  const most = network.genesis.policy.limits.blobBytes;
  if (length > most) return refuse('blob-too-large', `${length} bytes`, `up to ${most}`);
  return ok({ uploads, blob: { id: dataBlobId(digest), digest, length } });
}

function unwanted(id: BlobId) {
  return refuse('unwanted-blob', id, 'a blob that a block waits for');
}
