import type { Command } from 'commander';
import { parseAmount } from '#client/amount.ts';
import { checkFreeName } from '#client/wallet/names.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { AccountOwner } from '#protocol/block/owner.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import type { Amount } from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { keyMaker } from '../keys.ts';
import { asOption, ownerForm, ownerIfNamed, ownerNamed } from '../owners.ts';
import { chosenChain, receiptFields, receiptText, showPhases } from '../receipt.ts';
import { object, type Report } from '../report.ts';
import { type Connected, withClient } from '../with-client.ts';

/** What both commands that open chains may be told. */
export interface OpeningOptions {
  readonly from?: string;
  readonly balance: string;
  readonly name?: string;
  readonly as?: string;
}

export function withOpeningOptions(one: Command): Command {
  return one
    .option('--from <chain>', "the chain that opens and pays; the wallet's default")
    .option('--balance <amount>', 'tokens that it begins with', '0')
    .option('--name <name>', 'what the wallet calls it')
    .addOption(asOption());
}

/** `weft open-chain`: opens a chain for one owner. */
export function openChain(builder: Builder): Command {
  const one = command('open-chain', 'open a chain for one owner').option(
    '--owner <owner>',
    `${ownerForm}; a new key of the wallet`,
  );
  return withOpeningOptions(one).action(
    perform<[], OpeningOptions & { owner?: string }>(builder, (call, _, { owner, ...options }) =>
      open(call, options, async ({ wallet }) =>
        owner === undefined
          ? await wallet.addKey({ kind: 'ed25519', seed: keyMaker.random(32) })
          : await ownerNamed(wallet, owner),
      ),
    ),
  );
}

/** Opens a chain for whom `ownersOf` says, once the rest of the command line is understood. */
export async function open(
  call: Call,
  { from, balance: text, name, as }: OpeningOptions,
  ownersOf: (connected: Connected) => Promise<Result<AccountOwner | Ownership, Rejection>>,
): Promise<Result<Report, Rejection>> {
  const balance = parseAmount(text);
  if (!balance.ok) return balance;
  return await withClient(call, async (connected) => {
    const { client, wallet } = connected;
    const parent = await chosenChain(wallet, from);
    if (!parent.ok) return parent;
    const signer = await ownerIfNamed(wallet, as);
    if (!signer.ok) return signer;
    const able = await checkOpening(connected, parent.value.id, { name, balance: balance.value });
    if (!able.ok) return able;
    const owners = await ownersOf(connected);
    if (!owners.ok) return owners;
    const receipt = await client.openChain({
      chain: parent.value.id,
      owners: owners.value,
      balance: balance.value,
      name,
      as: signer.value,
      onPhase: showPhases(call),
    });
    call.progress.step(undefined);
    if (!receipt.ok) return receipt;
    const { opened: id, name: listed = null } = receipt.value;
    const fields = { chain: { name: listed, id }, ...receiptFields(receipt.value) };
    const lines = [
      `opened ${listed ?? 'a chain'} with ${amountText(balance.value)}`,
      `  id  ${id}`,
      receiptText(receipt.value, parent.value.name),
      ...(listed === null ? ['Its owner adds it to a wallet with `weft wallet assign`.'] : []),
    ];
    return ok(object('open-chain', fields, lines.join('\n')));
  });
}

/** What would refuse the block is looked for before a key is made for a chain that never is. */
async function checkOpening(
  { client, wallet }: Connected,
  parent: ChainId,
  { name, balance }: { readonly name: string | undefined; readonly balance: Amount },
): Promise<Result<undefined, Rejection>> {
  const free = name === undefined ? ok(name) : checkFreeName(await wallet.chains(), name);
  if (!free.ok) return free;
  const before = await client.balance(parent);
  if (!before.ok) return before;
  const { confirmed } = before.value;
  if (confirmed >= balance) return ok(undefined);
  const [found, expected] = [amountText(confirmed), `at least ${amountText(balance)}`];
  return refuse('insufficient-balance', `${found} tokens`, `${expected} tokens`);
}
