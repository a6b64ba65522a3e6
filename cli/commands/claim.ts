import type { Command } from 'commander';
import { parseAmount } from '#client/amount.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { asOption, ownerIfNamed } from '../owners.ts';
import { deliveredFields, nameOf, receiptText, showPhases } from '../receipt.ts';
import { object, type Report } from '../report.ts';
import { withClient } from '../with-client.ts';

interface ClaimOptions {
  readonly from: string;
  readonly to: string;
  readonly via?: string;
  readonly as?: string;
}

/** `weft claim`: asks an account on another chain to pay. */
export function claim(builder: Builder): Command {
  return command('claim', 'ask an account on another chain to pay')
    .argument('<amount>', 'tokens, up to 18 decimals')
    .requiredOption('--from <account>', 'OWNER@CHAIN; that chain pays when it takes the message')
    .requiredOption('--to <account>', 'name, chain id or prefix, or OWNER@CHAIN')
    .option('--via <chain>', "the chain that asks; the recipient's, or the wallet's default")
    .addOption(asOption())
    .action(
      perform<[string], ClaimOptions>(builder, (call, [text], options) =>
        claimFrom(call, text, options),
      ),
    );
}

async function claimFrom(
  call: Call,
  text: string,
  { from, to, via, as }: ClaimOptions,
): Promise<Result<Report, Rejection>> {
  const amount = parseAmount(text);
  if (!amount.ok) return amount;
  return await withClient(call, async ({ client, wallet }) => {
    const signer = await ownerIfNamed(wallet, as);
    if (!signer.ok) return signer;
    const request = { from, to, via, amount: amount.value, as: signer.value };
    const receipt = await client.claim({ ...request, onPhase: showPhases(call) });
    call.progress.step(undefined);
    if (!receipt.ok) return receipt;
    const lines = [
      `asked ${from} for ${amountText(amount.value)} to ${to}`,
      receiptText(receipt.value, await nameOf(wallet, receipt.value.block.chain)),
      'It is paid when that chain takes the message, with process-inbox.',
    ];
    return ok(object('claim', deliveredFields(receipt.value), lines.join('\n')));
  });
}
