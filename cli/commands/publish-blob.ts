import { readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { contentBytesMax } from '#client/operations/publish.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { asOption, ownerIfNamed } from '../owners.ts';
import { chosenChain, receiptFields, receiptText, showPhases } from '../receipt.ts';
import { object, type Report } from '../report.ts';
import { withClient } from '../with-client.ts';

interface PublishOptions {
  readonly chain?: string;
  readonly as?: string;
}

/** `weft publish-blob`: publishes a file for everyone, for ever. */
export function publishBlob(builder: Builder): Command {
  return command('publish-blob', 'publish a file, in chunks if it is larger than a blob')
    .argument('<file>', 'everyone can read it by its id, for ever')
    .option('--chain <chain>', "the chain that publishes it; the wallet's default")
    .addOption(asOption())
    .action(
      perform<[string], PublishOptions>(builder, (call, [file], options) =>
        publishFile(call, file, options),
      ),
    );
}

async function publishFile(
  call: Call,
  file: string,
  { chain: text, as }: PublishOptions,
): Promise<Result<Report, Rejection>> {
  const { size } = statSync(file);
  if (size > contentBytesMax) {
    return refuse('blob-too-large', `${size} bytes`, `up to ${contentBytesMax}`);
  }
  const content = Uint8Array.from(readFileSync(file));
  return await withClient(call, async ({ client, wallet }) => {
    const chosen = await chosenChain(wallet, text);
    if (!chosen.ok) return chosen;
    const signer = await ownerIfNamed(wallet, as);
    if (!signer.ok) return signer;
    const { id: chain, name } = chosen.value;
    const request = { chain, content, as: signer.value, onPhase: showPhases(call) };
    const published = await client.publishBlob(request);
    call.progress.step(undefined);
    if (!published.ok) return published;
    const { id, blobs, receipts } = published.value;
    const fields = { blob: id, bytes: content.length, blobs, blocks: receipts.map(receiptFields) };
    const isNew = receipts.length > 0;
    const lines = [
      `${isNew ? 'published' : 'published before:'} ${file}, ${content.length} bytes`,
      `  blob  ${id}`,
      ...receipts.map((receipt) => receiptText(receipt, name)),
    ];
    return ok(object('publish-blob', fields, lines.join('\n')));
  });
}
