import type { Command } from 'commander';
import type { InboxReceipt } from '#client/process-inbox.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { type InboxOptions, policyFrom, withInboxOptions } from '../inbox-options.ts';
import { chosenChain, receiptFields, receiptText, showPhases } from '../receipt.ts';
import { object, type Report } from '../report.ts';
import { type Connected, withClient } from '../with-client.ts';

/** `weft process-inbox`: answers what arrived for a chain in a block of it. */
export function processInbox(builder: Builder): Command {
  const one = command('process-inbox', 'take what arrived for a chain into a block of it').argument(
    '[chain]',
    "name, id or prefix; the wallet's default",
  );
  return withInboxOptions(one).action(
    perform<[chain?: string], InboxOptions>(builder, (call, [text], options) =>
      withClient(call, (connected) => process(call, connected, { text, options })),
    ),
  );
}

interface Asked {
  readonly text: string | undefined;
  readonly options: InboxOptions;
}

async function process(
  call: Call,
  { client, wallet }: Connected,
  { text, options }: Asked,
): Promise<Result<Report, Rejection>> {
  const chain = await chosenChain(wallet, text);
  if (!chain.ok) return chain;
  const { id, name } = chain.value;
  const policy = await policyFrom(wallet, options);
  if (!policy.ok) return policy;
  if (policy.value) await wallet.setInboxPolicy(id, policy.value);
  const receipt = await client.processInbox(id, showPhases(call));
  call.progress.step(undefined);
  if (!receipt.ok) return receipt;
  const { taken, rejected, left } = receipt.value;
  const received = amountText(receipt.value.received);
  const fields = { ...receiptFields(receipt.value), taken, rejected, received, left };
  return ok(object('process-inbox', fields, textOf(receipt.value, name)));
}

function textOf(receipt: InboxReceipt, name: string): string {
  const { taken, rejected, left } = receipt;
  const bundles = `${taken} bundle${taken === 1 ? '' : 's'}`;
  const refused = rejected === 0 ? '' : `, ${rejected} of them refused`;
  // What is for other accounts of the chain, or asks something of it, brings its own balance nothing.
  const received = receipt.received === 0n ? 'took' : `received ${amountText(receipt.received)} in`;
  return [
    `${name} ${received} ${bundles}${refused}`,
    receiptText(receipt, name),
    ...(left === 0 ? [] : [`${left} more wait. Next: weft process-inbox ${name}`]),
  ].join('\n');
}
