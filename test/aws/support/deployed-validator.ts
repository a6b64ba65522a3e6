import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { bindingOf } from '#adapters/dynamodb/bound-signer.ts';
import { dataTable, headsTable, type TableNames } from '#adapters/dynamodb/chain-tables.ts';
import { sealSeed } from '#adapters/kms/sealed-seed.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { s3Objects } from '#adapters/s3/object-store.ts';
import { ssmParameters } from '#adapters/ssm/parameters.ts';
import { bindStore } from '#adapters/ssm/store-binding.ts';
import { listenersTable } from '#adapters/websocket/listeners-table.ts';
import { type Genesis, genesisCodec } from '#protocol/block/genesis.ts';
import type { PublicKey } from '#protocol/crypto/signature.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { openBucket } from './opened-bucket.ts';
import { createTable } from './opened-tables.ts';
import {
  ownName,
  serviceUrl,
  tablesClient,
  targetCall,
  targetConfig,
  targetRegion,
  theEmulator,
} from './target.ts';

export interface Deployed {
  /** What its functions are told. */
  readonly env: NodeJS.ProcessEnv;
  readonly tables: TableNames;
  readonly queueUrl: string;
  /** Files beside the blobs. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Binds a key to the table of heads as it is now, in a parameter that holds no binding. */
  bind(publicKey: PublicKey, parameter: string): Promise<void>;
}

export interface Deploying {
  readonly genesis: Genesis;
  readonly name: string;
  readonly seed: Uint8Array;
}

/** Everything that a validator's functions need, made by hand. */
export async function deployValidator({ genesis, name, seed }: Deploying): Promise<Deployed> {
  const config = targetConfig();
  const id = ownName();
  const client = tablesClient();
  const tables = { heads: `${id}-heads`, data: `${id}-data` };
  await createTable(client, tables.heads, [headsTable.key]);
  await createTable(client, tables.data, [dataTable.partitionKey, dataTable.sortKey]);
  const listeners = `${tables.data}-listeners`;
  await createTable(client, listeners, [listenersTable.partitionKey, listenersTable.sortKey]);
  const bucketUrl = await openBucket(id);
  const files = s3Objects({ call: targetCall('s3'), bucketUrl, prefix: 'network/' });
  await files.put('genesis', encode(genesisCodec, genesis));
  const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
  const { QueueUrl: queueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: id }));
  const kms = new KMSClient(config);
  const keyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? '';
  const parameters = ssmParameters({ call: targetCall('ssm'), endpoint: serviceUrl('ssm') });
  const at = (leaf: string) => `/weft/${id}/${leaf}`;
  const sealed = await sealSeed({ client: kms, keyId, validator: name }, seed);
  await parameters.writeOnce(at('key'), sealed);
  const bind = async (publicKey: PublicKey, parameter: string) => {
    const binding = await bindingOf(client, tables, { publicKey });
    await bindStore(parameters, parameter, binding);
  };
  await bind(ed25519Signer(seed).publicKey, at('binding'));
  const env = {
    AWS_REGION: targetRegion(),
    AWS_ENDPOINT_URL: theEmulator(),
    WEFT_VALIDATOR: name,
    WEFT_HEADS_TABLE: tables.heads,
    WEFT_DATA_TABLE: tables.data,
    WEFT_LISTENERS_TABLE: listeners,
    WEFT_BUCKET: id,
    WEFT_QUEUE_URL: queueUrl,
    WEFT_DRIVER: 'weft-driver',
    WEFT_KEY_MODE: 'envelope',
    WEFT_KEY_ID: keyId,
    WEFT_KEY_PARAMETER: at('key'),
    WEFT_BINDING_PARAMETER: at('binding'),
    WEFT_SHARD_MAP: '0;bits=0',
    WEFT_SOCKET_URL: 'https://abcdefghij.execute-api.us-east-1.amazonaws.com/v1',
  };
  return { env, tables, queueUrl, write: files.put, bind };
}
