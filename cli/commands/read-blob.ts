import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { blobIdFromText } from '#protocol/block/blob.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { object, type Report } from '../report.ts';
import { withClient } from '../with-client.ts';

interface ReadOptions {
  readonly output?: string;
  readonly raw?: boolean;
}

/** `weft read-blob`: reads what was published. */
export function readBlob(builder: Builder): Command {
  return command('read-blob', 'read what was published under an id')
    .argument('<id>', 'as `weft publish-blob` answers it')
    .option('--output <file>', 'write it there, in place of stdout, where --json has it in base64')
    .option('--raw', 'the blob itself, and no chunks that it lists')
    .action(
      perform<[string], ReadOptions>(builder, (call, [text], options) => read(call, text, options)),
    );
}

async function read(
  call: Call,
  text: string,
  { output, raw = false }: ReadOptions,
): Promise<Result<Report, Rejection>> {
  const id = blobIdFromText(text);
  if (id === undefined) return fail('invalid-argument', text, '64 digits of hexadecimal');
  if (output === undefined && !call.isJson && call.shell.stdout.isTty) {
    return fail('binary-output', 'a terminal', 'a file or a pipe');
  }
  return await withClient(call, async ({ client }): Promise<Result<Report, Rejection>> => {
    call.progress.step('reading');
    const found = await (raw ? client.readBlob(id) : client.readContent(id));
    if (!found.ok) return found;
    const content = found.value;
    const fields = { blob: id, bytes: content.length, file: output ?? null };
    if (output === undefined) {
      if (!call.isJson) return ok({ kind: 'raw', content });
      const base64 = Buffer.from(content).toString('base64');
      return ok(object('read-blob', { ...fields, base64 }, ''));
    }
    try {
      writeFileSync(output, content, { flag: 'wx' });
    } catch (error) {
      const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!isThere) throw error;
      return fail('file-exists', output, 'a path where nothing is');
    }
    return ok(object('read-blob', fields, `${content.length} bytes in ${output}`));
  });
}
