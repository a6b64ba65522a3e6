import { blobOfChain } from '#protocol/block/blob.ts';
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
import { applyBlock, fetchCertified } from './apply-block.ts';
import { firstAnswer } from './first-answer.ts';

/**
 * What describes a chain. One that is not known here yet is learned from the certified block that
 * opened it: a description alone says that a chain could be, with whatever balance it names.
 */
export async function learnChain(
  context: ClientContext,
  chain: ChainId,
): Promise<Result<ChainDescription, Rejection<'unknown-chain'>>> {
  const { local } = context;
  const known = await describeChain(local.ports, chain);
  if (known) return ok(known);
  const claimed = await askDescription(context, chain);
  if (claimed?.origin.kind !== 'child') return unknown(chain);
  const { parent, height } = claimed.origin;
  const opening =
    (await local.block(parent, height)) ?? (await fetchCertified(context, parent, height));
  if (opening) await applyBlock(context, opening);
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
