import type { Page } from '#ports/chain-store.ts';
import { UnreachableFault, type ValidatorNode } from '#ports/validator-node.ts';
import { blobIdCodec } from '#protocol/block/blob.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { certifiedBlockFromBytes } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type Genesis, genesisCodec } from '#protocol/block/genesis.ts';
import { chainInfoCodec } from '#protocol/chain/info.ts';
import {
  chainOfRequest,
  chainReplyCodec,
  chainRequestCodec,
  type Refusal,
} from '#protocol/chain/requests.ts';
import type { PublicKey } from '#protocol/crypto/signature.ts';
import { type Codec, encode } from '#protocol/encoding/codec.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { certifiedBlockBytesMax, pageBytesMax, replyBytesMax } from '#wire/limits.ts';
import { type NetworkDescription, networkDescriptionCodec } from '#wire/network-description.ts';
import {
  blobContentCodec,
  blobStateCodec,
  blocksPageCodec,
  inboxPageCodec,
  openingsPageCodec,
} from '#wire/pages.ts';
import { queryText } from '#wire/query.ts';
import {
  blobPath,
  chainPath,
  requestPath,
  type ShardName,
  type UploadRoute,
} from '#wire/routes.ts';
import { firstShardMap, type ShardMap, shardOf } from '#wire/shard-map.ts';
import { type Ask, type Asker, askerAt } from './asker.ts';
import type { Carrier } from './carrier.ts';
import type { HintStreams } from './hints.ts';
import { type Detour, newDetour, type SendUpload } from './upload-detour.ts';

/** Which validator is meant, and how it is reached. */
export interface Reached {
  /** Where it answers, such as `http://127.0.0.1:7700`. */
  readonly url: string;
  readonly name: string;
  readonly publicKey: PublicKey;
  /** Milliseconds until an answer must be there as a whole. */
  readonly deadlineMs?: number | undefined;
  readonly carrier: Carrier;
  readonly hints: HintStreams;
  /** Puts contents of blobs where a validator says; without it, all are sent to the validator. */
  readonly sendUpload?: SendUpload;
}

/** A validator behind an address. */
export interface HttpValidator extends ValidatorNode {
  readonly url: string;
  /** What it says of itself and of its network. */
  network(): Promise<NetworkDescription>;
  /** What it says began the network; whoever knows the network's id can check it. */
  genesis(): Promise<Genesis>;
  /** The newest map it has told us. */
  shardMap(): ShardMap;
  /** Gives up what is under way. */
  close(): Promise<void>;
}

const pageReplyBytesMax = pageBytesMax + certifiedBlockBytesMax;

/** Asks a validator over whatever carries requests to it. */
export function validatorOver(reached: Reached): HttpValidator {
  const asker = askerAt(reached.url, reached.carrier, reached.deadlineMs ?? 5_000);
  const detour = reached.sendUpload && newDetour(reached.url, reached.sendUpload);
  const parts = { reached, asker, detour };
  return {
    ...named(parts, undefined),
    under: (correlation) => named(parts, correlation),
  };
}

interface Parts {
  readonly reached: Reached;
  readonly asker: Asker;
  readonly detour: Detour | undefined;
}

/** A validator whose requests belong to one operation, if that has a name. */
function named(
  { reached, asker: { asking, shardMap }, detour }: Parts,
  correlation: string | undefined,
): HttpValidator {
  const { url, name, publicKey, carrier, hints } = reached;
  const ask = asking(correlation);
  const at = (chain: ChainId) => shardNameOf(shardMap(), chain);
  async function askAbout<T>(path: string, codec: Codec<T>): Promise<T> {
    const answer = await ask({ path, codec, bytesMax: replyBytesMax });
    if (answer.ok) return answer.value;
    throw new UnreachableFault(`${url}: ${answer.error.kind} to ${path}`);
  }
  return {
    url,
    name,
    publicKey,
    async handle(request) {
      const path = requestPath(request.kind, at(chainOfRequest(request)));
      const body = encode(chainRequestCodec, request);
      const reply = await ask({ path, body, codec: chainReplyCodec, bytesMax: replyBytesMax });
      if (reply.ok) return reply.value;
      return { previous: undefined, decided: { kind: 'refused', refusal: reply.error } };
    },
    info(chain, { ownership, pending }) {
      const flags = queryText({ ownership: flagText(ownership), pending: flagText(pending) });
      const path = `${chainPath('chain', chain, at(chain))}?${flags}`;
      return ask({ path, codec: chainInfoCodec, bytesMax: replyBytesMax });
    },
    async blocks(chain, from, limit) {
      const query = queryText({ from: `${from}`, limit: `${limit}` });
      const path = `${chainPath('blocks', chain, at(chain))}?${query}`;
      const page = await ask({ path, codec: blocksPageCodec, bytesMax: pageReplyBytesMax });
      return page.ok ? ok(blocksFrom(url, page.value.blocks, limit)) : page;
    },
    async openings(chain, height, commitment) {
      const query = queryText({ height: `${height}`, of: commitment });
      const path = `${chainPath('openings', chain, at(chain))}?${query}`;
      const page = await ask({ path, codec: openingsPageCodec, bytesMax: pageReplyBytesMax });
      return page.ok ? ok(page.value.openings) : page;
    },
    ...blobCalls(ask, at, detour),
    async pendingBundles(chain, cursor, limit): Promise<Result<Page<InboxRow>, Refusal>> {
      const query = queryText({ cursor, limit: `${limit}` });
      const path = `${chainPath('inbox', chain, at(chain))}?${query}`;
      return await ask({ path, codec: inboxPageCodec, bytesMax: pageReplyBytesMax });
    },
    network: () => askAbout('/v1/network', networkDescriptionCodec),
    genesis: () => askAbout('/v1/genesis', genesisCodec),
    subscribe: hints.subscribe,
    shardMap: () => shardMap() ?? firstShardMap,
    async close() {
      hints.close();
      await carrier.close();
    },
  };
}

type BlobCalls = Pick<ValidatorNode, 'blob' | 'blobState' | 'heldBlob' | 'uploadBlob'>;

function blobCalls(
  ask: Ask,
  at: (chain: ChainId) => ShardName,
  detour: Detour | undefined,
): BlobCalls {
  return {
    blob(id) {
      const path = blobPath('blob', id, { shard: 'any' });
      return ask({ path, codec: blobContentCodec, bytesMax: replyBytesMax });
    },
    blobState(id) {
      const path = blobPath('blob-state', id, { shard: 'any' });
      return ask({ path, codec: blobStateCodec, bytesMax: replyBytesMax });
    },
    heldBlob(chain, id) {
      const path = blobPath('held-blob', id, { shard: at(chain), chain });
      return ask({ path, codec: blobContentCodec, bytesMax: replyBytesMax });
    },
    async uploadBlob(chain, body) {
      const pathOf = (route: UploadRoute) => chainPath(route, chain, at(chain));
      const past = await detour?.(ask, pathOf, body);
      const path = pathOf('blob-upload');
      return past ?? (await ask({ path, body, codec: blobIdCodec, bytesMax: replyBytesMax }));
    },
  };
}

/** Without a map, every chain is served under the name of no particular shard. */
function shardNameOf(map: ShardMap | undefined, chain: ChainId): ShardName {
  return map ? shardOf(map, chain) : 'any';
}

function blocksFrom(
  url: string,
  encoded: readonly Uint8Array[],
  limit: number,
): readonly CertifiedBlock[] {
  if (encoded.length > limit) {
    throw new UnreachableFault(`${url}: ${encoded.length} blocks, asked for ${limit}`);
  }
  return encoded.map((bytes) => {
    const block = certifiedBlockFromBytes(bytes);
    if (block.ok) return block.value;
    throw new UnreachableFault(`${url}: a block with ${block.error.found}`);
  });
}

function flagText(flag: boolean): string | undefined {
  return flag ? '1' : undefined;
}
