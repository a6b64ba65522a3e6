import { type BlobId, blobOfChain } from '#protocol/block/blob.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import {
  type ChainDescription,
  chainDescriptionCodec,
  chainIdOf,
} from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { describeChain } from '#worker/load-start.ts';
import type { ClientContext } from '../context.ts';
import type { Failure } from './failure.ts';
import { blobsNamedIn, fillBlobs } from './fetch-blobs.ts';
import { fetchCertified } from './fetch-certified.ts';
import { firstAnswer } from './first-answer.ts';

/** How often a block may turn out to lack something more. */
const attemptsMax = 4;
/** Blocks that published blobs may verify others in their turn. */
const depthMax = 8;

/**
 * Verifies a certified block and keeps it here, with the blobs that it publishes and the blocks
 * that published those it verifies.
 */
export async function applyBlock(
  context: ClientContext,
  certified: CertifiedBlock,
  depth = 0,
): Promise<Result<undefined, Failure>> {
  const { chain } = certified.block.header;
  let applied = await context.local.apply(certified);
  for (let attempt = 1; !applied.ok && attempt < attemptsMax; attempt++) {
    if (!(await fetchLacking(context, chain, { failure: applied.error, depth }))) return applied;
    applied = await context.local.apply(certified);
  }
  return applied;
}

interface Repair {
  /** Why something of the chain is not carried out here. */
  readonly failure: Failure;
  readonly depth: number;
}

/** Whether what is lacking here was fetched from validators, so that another try is worth it. */
export async function fetchLacking(
  context: ClientContext,
  chain: ChainId,
  { failure: { kind, found }, depth }: Repair,
): Promise<boolean> {
  if (kind === 'unknown-chain') return (await learnChain(context, chain)).ok;
  const ids = blobsNamedIn(found);
  if (ids.length === 0) return false;
  if (kind === 'missing-blobs') return await fillBlobs(context, chain, ids);
  if (kind !== 'unpublished-blob' || depth >= depthMax) return false;
  for (const id of ids) if (!(await learnBlob(context, id, depth))) return false;
  return true;
}

/** Has the block here that published a blob. */
async function learnBlob(context: ClientContext, id: BlobId, depth: number): Promise<boolean> {
  const { members, clock, background, local } = context;
  const learned = await firstAnswer({
    members,
    clock,
    background,
    ask: async (member, isWanted) => {
      const state = await member.ask((node) => node.blobState(id), isWanted);
      if (!state.ok) return undefined;
      const isKept = async (found: CertifiedBlock) =>
        (await applyBlock(context, found, depth + 1)).ok;
      if (!(await fetchCertified(context, state.value, isKept))) return undefined;
      return (await local.ports.blobs.states([id])).has(id) ? true : undefined;
    },
  });
  return learned === true;
}

/** Most chains between one and its root. */
const generationsMax = 64;

/**
 * What describes a chain. One that is not known here yet is learned from the certified block that
 * opened it, whose own chain is learned first: a description alone says that a chain could be, with
 * whatever balance it names, and a vote says nothing of its network, but for the root above it.
 */
export async function learnChain(
  context: ClientContext,
  chain: ChainId,
  generation = 0,
): Promise<Result<ChainDescription, Rejection<'unknown-chain'>>> {
  const { local } = context;
  const known = await describeChain(local.ports, chain);
  if (known) return ok(known);
  const claimed = await askDescription(context, chain);
  if (claimed?.origin.kind !== 'child') return unknown(chain);
  const { parent, height } = claimed.origin;
  if (generation >= generationsMax) return unknown(chain);
  if (!(await learnChain(context, parent, generation + 1)).ok) return unknown(chain);
  const isKept = async (found: CertifiedBlock) => (await applyBlock(context, found)).ok;
  const opening = await local.block(parent, height);
  if (opening) await isKept(opening);
  else await fetchCertified(context, { chain: parent, height }, isKept);
  const learned = await describeChain(local.ports, chain);
  return learned ? ok(learned) : unknown(chain);
}

function unknown(chain: ChainId): Result<never, Rejection<'unknown-chain'>> {
  return refuse('unknown-chain', chain, 'a chain of the network');
}

async function askDescription(
  { members, clock, background }: ClientContext,
  chain: ChainId,
): Promise<ChainDescription | undefined> {
  return await firstAnswer({
    members,
    clock,
    background,
    ask: async (member, isWanted) => {
      const found = await member.ask((node) => node.blob(blobOfChain(chain)), isWanted);
      const decoded = found.ok ? decode(chainDescriptionCodec, found.value) : undefined;
      return decoded?.ok && chainIdOf(decoded.value) === chain ? decoded.value : undefined;
    },
  });
}
