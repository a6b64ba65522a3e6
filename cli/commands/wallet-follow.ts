import type { Command } from 'commander';
import { ownerHere } from '#client/wallet/adopt-children.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { object, type Report } from '../report.ts';
import { type Connected, withClient } from '../with-client.ts';

interface FollowOptions {
  readonly name?: string;
}

/** `weft wallet follow`: keeps and verifies the blocks of a chain, whoever owns it. */
export function walletFollow(builder: Builder): Command {
  return command('follow', 'list a chain, and verify its blocks; no key is needed')
    .argument('<chain>', 'its id, or the name of one that is to be called otherwise')
    .option('--name <name>', 'of the chain in the wallet')
    .action(
      perform<[string], FollowOptions>(builder, (call, [text], { name }) =>
        withClient(call, (connected) => follow(call, connected, { text, name })),
      ),
    );
}

interface Followed {
  readonly text: string;
  readonly name: string | undefined;
}

async function follow(
  { progress }: Call,
  { client, wallet }: Connected,
  { text, name }: Followed,
): Promise<Result<Report, Rejection>> {
  const chain = await wallet.resolveChain(text);
  if (!chain.ok) return chain;
  const id = chain.value;
  const before = await wallet.record(id);
  progress.step('verifying its blocks');
  const synced = await client.sync(id);
  if (!synced.ok) return synced;
  const governed = await client.ownership(id);
  if (!governed.ok) return governed;
  const owner = before?.owner ?? (await ownerHere(wallet, governed.value.ownership));
  const called = name ?? before?.name ?? `chain-${id.slice(0, 12)}`;
  const added = owner
    ? await wallet.assignChain({ id, name: called, owner })
    : await wallet.addChain({ id, name: called, seed: undefined });
  if (!added.ok) return added;
  const { next, isComplete } = synced.value;
  const isOurs = owner !== undefined;
  const fields = { chain: { name: called, id }, next, complete: isComplete, ours: isOurs };
  const whose = isOurs ? 'its key is in the wallet' : 'followed only';
  const line = `${called} (${id}): ${next} blocks, ${whose}`;
  return ok(object('wallet-follow', fields, line));
}
