import type { Command } from 'commander';
import { isOwner, type Ownership } from '#protocol/block/ownership.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { asOption, ownerIfNamed } from '../owners.ts';
import {
  type OwnershipOptions,
  ownershipFrom,
  saysOwnership,
  withOwnershipOptions,
} from '../ownership-options.ts';
import { ownershipFields, ownershipRows } from '../ownership-text.ts';
import { chosenChain, receiptFields, receiptText, showPhases } from '../receipt.ts';
import { columns, object, type Report } from '../report.ts';
import { type Connected, withClient } from '../with-client.ts';

interface ChangeOptions extends OwnershipOptions {
  readonly as?: string;
  readonly yes?: boolean;
}

/** `weft change-ownership`: gives a chain to other owners. */
export function changeOwnership(builder: Builder): Command {
  const one = command('change-ownership', 'change who may propose on a chain, and when')
    .argument('[chain]', "name, id or prefix; the wallet's default")
    .option('--yes', 'do not ask, though no key of an owner is left in the wallet')
    .addOption(asOption());
  return withOwnershipOptions(one).action(
    perform<[chain?: string], ChangeOptions>(builder, (call, [text], options) =>
      withClient(call, (connected) => change(call, connected, { text, options })),
    ),
  );
}

interface Asked {
  readonly text: string | undefined;
  readonly options: ChangeOptions;
}

async function change(
  call: Call,
  { client, wallet }: Connected,
  { text, options }: Asked,
): Promise<Result<Report, Rejection>> {
  if (!saysOwnership(options)) {
    return fail('missing-option', 'nothing to change', 'owners, rounds or times');
  }
  const chosen = await chosenChain(wallet, text);
  if (!chosen.ok) return chosen;
  const { id, name } = chosen.value;
  const as = await ownerIfNamed(wallet, options.as);
  if (!as.ok) return as;
  const before = await client.ownership(id);
  if (!before.ok) return before;
  const ownership = await ownershipFrom(wallet, before.value.ownership, options);
  if (!ownership.ok) return ownership;
  const sure = options.yes ? ok(undefined) : await makeSure(call, wallet, ownership.value);
  if (!sure.ok) return sure;
  const request = { chain: id, ownership: ownership.value, as: as.value };
  const receipt = await client.changeOwnership({ ...request, onPhase: showPhases(call) });
  call.progress.step(undefined);
  if (!receipt.ok) return receipt;
  const shown = ownershipFields(ownership.value);
  const fields = { chain: { name, id }, ...shown, ...receiptFields(receipt.value) };
  const lines = [
    columns(ownershipRows(ownership.value, () => '')),
    receiptText(receipt.value, name),
  ];
  return ok(object('change-ownership', fields, lines.join('\n')));
}

/** A chain without a key of an owner here is lost for this wallet. */
async function makeSure(
  { shell }: Call,
  { keyring }: Connected['wallet'],
  ownership: Ownership,
): Promise<Result<undefined, Rejection>> {
  const keys = await keyring.owners();
  if (keys.some((owner) => isOwner(ownership, owner))) return ok(undefined);
  const expected = 'yes';
  const lost = 'no owner whose key is in the wallet';
  if (!shell.isInteractive) return fail('not-confirmed', lost, expected);
  const answer = await shell.ask('No key of the new owners is in the wallet. Type yes: ');
  return answer.trim() === expected ? ok(undefined) : fail('not-confirmed', answer, expected);
}
