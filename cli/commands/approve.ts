import type { Command } from 'commander';
import { parseAmount } from '#client/amount.ts';
import { ownerText } from '#protocol/block/owner.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { asOption, ownerForm, ownerIfNamed, ownerNamed } from '../owners.ts';
import { nameOf, receiptFields, receiptText, showPhases } from '../receipt.ts';
import { object, type Report } from '../report.ts';
import { withClient } from '../with-client.ts';

interface ApproveOptions {
  readonly from: string;
  readonly spender: string;
  readonly as?: string;
}

/** `weft approve`: lets somebody spend of an account. */
export function approve(builder: Builder): Command {
  return command('approve', 'let somebody spend up to an amount of an account')
    .argument('<amount>', 'tokens, in place of what was approved before; 0 for no more')
    .requiredOption('--from <account>', 'name, chain id or prefix, or OWNER@CHAIN')
    .requiredOption('--spender <owner>', `${ownerForm}; he uses \`weft transfer --spender\``)
    .addOption(asOption())
    .action(
      perform<[string], ApproveOptions>(builder, (call, [text], options) =>
        approveFrom(call, text, options),
      ),
    );
}

async function approveFrom(
  call: Call,
  text: string,
  { from, spender, as }: ApproveOptions,
): Promise<Result<Report, Rejection>> {
  const amount = parseAmount(text);
  if (!amount.ok) return amount;
  return await withClient(call, async ({ client, wallet }) => {
    const named = await ownerNamed(wallet, spender);
    if (!named.ok) return named;
    const signer = await ownerIfNamed(wallet, as);
    if (!signer.ok) return signer;
    const request = { from, spender: named.value, amount: amount.value, as: signer.value };
    const receipt = await client.approve({ ...request, onPhase: showPhases(call) });
    call.progress.step(undefined);
    if (!receipt.ok) return receipt;
    const approved = amountText(amount.value);
    const fields = { spender: ownerText(named.value), approved, ...receiptFields(receipt.value) };
    const lines = [
      `${spender} may spend ${approved} of ${from}`,
      receiptText(receipt.value, await nameOf(wallet, receipt.value.block.chain)),
    ];
    return ok(object('approve', fields, lines.join('\n')));
  });
}
