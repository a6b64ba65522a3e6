import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoChainStore } from '#adapters/dynamodb/chain-store.ts';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { s3Objects } from '#adapters/s3/object-store.ts';
import { s3Uploads } from '#adapters/s3/uploads.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import type { BlobUploads } from '#ports/blob-uploads.ts';
import type { MessageBus } from '#ports/message-bus.ts';
import type { NotificationHub } from '#ports/notifier.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import { genesisCodec } from '#protocol/block/genesis.ts';
import { type Network, networkFrom } from '#protocol/chain/network.ts';
import { decode } from '#protocol/encoding/codec.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import type { AwsClients } from './aws-clients.ts';
import type { SharedEnvironment } from './environment.ts';

/** What every function reads of its validator. */
export interface ValidatorStore {
  readonly client: DynamoDBClient;
  readonly tables: { readonly heads: string; readonly data: string };
  readonly network: Network;
  readonly ports: Omit<WorkerPorts, 'bus' | 'notifier' | 'signer'>;
  /** For functions that may write objects. */
  readonly uploads: BlobUploads | undefined;
  /** Files that the operator put beside the blobs: the genesis and the peers. */
  readonly files: ObjectStore;
}

/** Builds what is the same in all functions. */
export async function openValidatorStore(
  environment: SharedEnvironment,
  clients: AwsClients,
): Promise<ValidatorStore> {
  installNativeHash();
  const { WEFT_HEADS_TABLE: heads, WEFT_DATA_TABLE: data, WEFT_BUCKET: bucket } = environment;
  const tables = { heads, data };
  const client = clients.dynamo();
  const bucketUrl = clients.bucketUrl(bucket);
  const call = clients.call('s3');
  const files = s3Objects({ call, bucketUrl, prefix: 'network/' });
  const objects = s3Objects({ call, bucketUrl, prefix: 'blobs/' });
  const uploads = s3Uploads({ call, link: clients.link('s3'), bucketUrl, prefix: 'blobs/' });
  const store = dynamoChainStore({ client, tables, objects, uploads });
  const network = await loadNetwork(files);
  const policy = { kind: 'validators', clock: systemClock } as const;
  const ports = {
    network,
    chains: store,
    blobs: store.blobs,
    verifier: signatureVerifier({ policy }),
    clock: systemClock,
    tracks: () => true,
  };
  return { client, tables, network, ports, uploads: store.uploads, files };
}

/** The operator has put no genesis there yet. */
export class NoNetworkError extends Error {
  override readonly name = 'NoNetworkError';
}

/**
 * The network as its operator put it there.
 *
 * @throws NoNetworkError if there is no genesis yet; Error for one that begins no network.
 */
async function loadNetwork(files: ObjectStore): Promise<Network> {
  const bytes = await files.load('genesis');
  if (!bytes) throw new NoNetworkError('the bucket holds no network/genesis');
  const genesis = decode(genesisCodec, bytes);
  if (!genesis.ok) throw new Error(`network/genesis: ${genesis.error.found}`);
  const network = networkFrom(genesis.value);
  if (!network.ok) throw new Error(`network/genesis: ${network.error.found}`);
  return network.value;
}

/** Rings nowhere: for functions that change no chain. */
export const silentBus: MessageBus = { ring: () => Promise.resolve() };

/** Tells nobody: the stream of heads wakes the function that does. */
export const silentHub: NotificationHub = {
  publish: () => Promise.resolve(),
  subscribe: () => ({ next: () => Promise.resolve(undefined), close: () => undefined }),
  newest: () => '',
};
