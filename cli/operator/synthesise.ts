import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from '#infra/config/bill.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { fail } from '../failure.ts';
import { repository } from '../home.ts';

const msMax = 120_000;

/** A validator's templates as a deployment would use them; no function is bundled for it. */
export function synthesise(
  name: string,
  validators: string,
): Result<readonly Template[], Rejection> {
  const out = mkdtempSync(join(tmpdir(), 'weft-synth-'));
  const { context } = JSON.parse(readFileSync(join(repository, 'cdk.json'), 'utf8'));
  const settings = { ...context, 'aws:cdk:bundling-stacks': [], validator: name, checks: 'off' };
  try {
    const { status, stderr } = spawnSync(process.execPath, [join(repository, 'infra/app.ts')], {
      cwd: repository,
      env: {
        ...process.env,
        CDK_OUTDIR: out,
        CDK_CONTEXT_JSON: JSON.stringify(settings),
        WEFT_VALIDATORS: validators,
      },
      timeout: msMax,
      encoding: 'utf8',
    });
    if (status !== 0) return fail('synth-failed', lastLine(stderr), 'a synthesised template');
    const folder = join(out, `assembly-${name}`);
    const files = readdirSync(folder).filter((each) => each.endsWith('.template.json'));
    return ok(files.sort().map((each) => JSON.parse(readFileSync(join(folder, each), 'utf8'))));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
}
