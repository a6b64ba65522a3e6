import type { Command } from 'commander';
import { ownerHere } from '#client/wallet/adopt-children.ts';
import { ownerText } from '#protocol/block/owner.ts';
import { isOwner } from '#protocol/block/ownership.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { ownerIfNamed } from '../owners.ts';
import { object, type Report } from '../report.ts';
import { type Connected, withClient } from '../with-client.ts';

interface AssignOptions {
  readonly owner?: string;
  readonly name?: string;
}

/** `weft wallet assign`: lists a chain under a key that the wallet has. */
export function walletAssign(builder: Builder): Command {
  return command('assign', 'list a chain under a key of the wallet, which proposes on it then')
    .argument('<chain>', 'name, id or prefix')
    .option('--owner <owner>', 'whose key; the first that owns the chain')
    .option('--name <name>', 'what the wallet calls the chain')
    .action(
      perform<[string], AssignOptions>(builder, (call, [text], options) =>
        withClient(call, (connected) => assign(call, connected, { text, options })),
      ),
    );
}

interface Asked {
  readonly text: string;
  readonly options: AssignOptions;
}

async function assign(
  call: Call,
  { client, wallet }: Connected,
  { text, options }: Asked,
): Promise<Result<Report, Rejection>> {
  call.progress.step('asking validators');
  const found = await client.ownership(text);
  if (!found.ok) return found;
  const { chain: id, ownership } = found.value;
  const named = await ownerIfNamed(wallet, options.owner);
  if (!named.ok) return named;
  const owner = named.value ?? (await ownerHere(wallet, ownership));
  if (!owner) return refuse('not-our-chain', id, 'a chain with a key in the wallet');
  const mayPropose = isOwner(ownership, owner) || ownership.openMultiLeader;
  if (!mayPropose) return refuse('not-an-owner', ownerText(owner), 'an owner of the chain');
  const name = options.name ?? (await wallet.record(id))?.name ?? `chain-${id.slice(0, 12)}`;
  const assigned = await wallet.assignChain({ id, name, owner });
  if (!assigned.ok) return assigned;
  const fields = { chain: { name, id }, owner: ownerText(owner) };
  return ok(object('wallet-assign', fields, `${name} is ${id}, of ${ownerText(owner)}`));
}
