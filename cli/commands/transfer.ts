import type { Command } from 'commander';
import { resolveAccount } from '#client/account-ref.ts';
import { parseAmount } from '#client/amount.ts';
import type { TransferReceipt } from '#client/transfer.ts';
import { chainOwner, isSameOwner } from '#protocol/block/owner.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { asOption, ownerIfNamed } from '../owners.ts';
import { deliveredFields, nameOf, receiptText, showPhases } from '../receipt.ts';
import { object, type Report } from '../report.ts';
import { type Connected, withClient } from '../with-client.ts';

interface TransferOptions {
  readonly from: string;
  readonly to: string;
  readonly as?: string;
  readonly spender?: string;
}

/** `weft transfer`: moves tokens between two accounts. */
export function transfer(builder: Builder): Command {
  return command('transfer', 'move tokens between two accounts, on one chain or across two')
    .argument('<amount>', 'tokens, up to 18 decimals')
    .requiredOption('--from <account>', 'name, chain id or prefix, or OWNER@CHAIN')
    .requiredOption('--to <account>', 'the same; another chain takes it with process-inbox')
    .addOption(asOption().conflicts('spender'))
    .option('--spender <owner>', 'spend what the account approved to this owner, who signs')
    .action(
      perform<[string], TransferOptions>(builder, (call, [text], options) =>
        transferFrom(call, text, options),
      ),
    );
}

async function transferFrom(
  call: Call,
  text: string,
  { from, to, ...options }: TransferOptions,
): Promise<Result<Report, Rejection>> {
  const moved = parseAmount(text);
  if (!moved.ok) return moved;
  return await withClient(call, async (connected) => {
    const { client, wallet } = connected;
    const as = await ownerIfNamed(wallet, options.as);
    if (!as.ok) return as;
    const spender = await ownerIfNamed(wallet, options.spender);
    if (!spender.ok) return spender;
    const request = { from, to, amount: moved.value, onPhase: showPhases(call) };
    const receipt = spender.value
      ? await client.transferFrom({ ...request, spender: spender.value })
      : await client.transfer({ ...request, as: as.value });
    call.progress.step(undefined);
    if (!receipt.ok) return receipt;
    const fields = deliveredFields(receipt.value);
    const title = `${amountText(moved.value)} from ${from} to ${to}`;
    return ok(object('transfer', fields, await textOf(connected, receipt.value, { title, to })));
  });
}

async function textOf(
  { wallet }: Connected,
  receipt: TransferReceipt,
  { title, to }: { readonly title: string; readonly to: string },
): Promise<string> {
  const name = await nameOf(wallet, receipt.block.chain);
  const next = await nextFor({ wallet, receipt, to });
  return [title, receiptText(receipt, name), next].join('\n');
}

interface Sent {
  readonly wallet: Connected['wallet'];
  readonly receipt: TransferReceipt;
  readonly to: string;
}

/** What the recipient does with it. */
async function nextFor({ wallet, receipt, to }: Sent): Promise<string> {
  const account = await resolveAccount(wallet, to);
  const isHere = account.ok && account.value.chain === receipt.block.chain;
  if (isHere) return 'It is there already: both accounts are on one chain.';
  const chain = account.ok ? await nameOf(wallet, account.value.chain) : to;
  const isChains = account.ok && isSameOwner(account.value.owner, chainOwner);
  const place = isChains ? `the inbox of ${chain}` : `the inbox of ${chain}, for ${to}`;
  const where = receipt.isDelivered
    ? `It is in ${place}.`
    : 'No quorum holds it yet; validators go on delivering it.';
  return `${where} Next: weft process-inbox ${chain}`;
}
