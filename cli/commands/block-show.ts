import { type Command, Option } from 'commander';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { roundText } from '#protocol/block/round.ts';
import { hashFromHex } from '#protocol/crypto/hash.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { jsonText } from '#wire/replies.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { nameOf } from '../receipt.ts';
import { columns, object, type Report } from '../report.ts';
import { withClient } from '../with-client.ts';

interface ShowOptions {
  readonly certificate?: boolean;
  readonly full?: boolean;
}

/** `weft block show`: a certified block, or the proof that it is final. */
export function blockShow(builder: Builder): Command {
  return command('show', "show a certified block of one of the wallet's chains")
    .argument('<hash>', 'of the block, as receipts show it')
    .option('--certificate', 'write the proof that the block is final, for `weft verify`')
    .addOption(
      new Option('--full', 'write the certificate in full, for `weft evidence`').conflicts(
        'certificate',
      ),
    )
    .action(
      perform<[string], ShowOptions>(builder, (call, [hash], options) => show(call, hash, options)),
    );
}

async function show(
  call: Call,
  text: string,
  { certificate = false, full = false }: ShowOptions,
): Promise<Result<Report, Rejection>> {
  const hash = hashFromHex(text);
  if (hash === undefined) return fail('invalid-argument', text, '64 digits of hexadecimal');
  if ((certificate || full) && call.shell.stdout.isTty) {
    return fail('binary-output', 'a terminal', 'a file or a pipe');
  }
  return await withClient(call, async ({ client, wallet }) => {
    call.progress.step('looking for the block');
    const found = await client.findBlock(hash);
    if (found === undefined) return fail('unknown-block', text, 'a block of the wallet');
    if (full) {
      call.progress.step('collecting what its votes commit to');
      const file = await client.fullCertificate(found);
      return file.ok ? ok({ kind: 'raw', content: file.value }) : file;
    }
    if (!certificate) return ok(reportOf(found, await nameOf(wallet, found.block.header.chain)));
    const proof = await client.prove(found);
    return proof.ok ? ok({ kind: 'raw', content: proof.value }) : proof;
  });
}

function reportOf({ block, certificate }: CertifiedBlock, name: string): Report {
  const { header, proposed, outcome, hash } = block;
  const round = roundText(certificate.round);
  const fields = { hash, header, transactions: proposed.transactions, outcome, certificate };
  const time = new Date(Number(header.timestamp / 1_000n)).toISOString();
  const rows = [
    ['block', hash],
    ['chain', `${name} (${header.chain})`],
    ['height', `${header.height}`],
    ['time', time],
    ['parent', header.parent ?? 'none: the first block'],
    ['round', round],
    ['signatures', `${certificate.signatures.length}`],
    ['transactions', `${proposed.transactions.length}`],
  ];
  const lines = proposed.transactions.map((one, index) => `  ${index}  ${jsonText(one, 0)}`);
  return object('block', fields, [columns(rows), ...lines].join('\n'));
}
