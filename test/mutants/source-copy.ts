import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode } from '../support/run-node.ts';

/** A copy of the source that may be changed and run; the repository itself stays as it is. */
export interface SourceCopy {
  /**
   * Replaces text that must be in the file exactly once.
   *
   * @returns what puts it back.
   */
  replace(file: string, text: string, by: string): () => void;
  /** Why a file cannot be loaded, or nothing. */
  load(file: string): Promise<string | undefined>;
  test(files: readonly string[]): Promise<TestResult>;
  /** Runs a script of the copy; no code if it took longer than `msMax`, a minute by default. */
  run(args: readonly string[], msMax?: number): ReturnType<typeof runNode>;
  remove(): void;
}

export type TestResult =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly test: string };

const copied = ['package.json', 'bin', 'shared', 'client', 'cli', 'test', 'docs'];
const testMsMax = 60_000;
const root = join(import.meta.dirname, '..', '..');

export function copySource(): SourceCopy {
  const copy = mkdtempSync(join(tmpdir(), 'weft-mutants-'));
  for (const name of copied) {
    cpSync(join(root, name), join(copy, name), { recursive: true, filter: isSource });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return {
    replace(file, text, by) {
      const path = join(copy, file);
      const before = readFileSync(path, 'utf8');
      const parts = before.split(text);
      if (parts.length !== 2) {
        throw new Error(`${file} has ${parts.length - 1} times, not once: ${text}`);
      }
      writeFileSync(path, parts.join(by));
      return () => writeFileSync(path, before);
    },
    async load(file) {
      const { code, output } = await node(copy, ['--input-type=module', '--eval', importOf(file)]);
      return code === 0 ? undefined : output;
    },
    async test(files) {
      const flags = ['--test', '--test-isolation=none', '--test-force-exit'];
      const { code, output } = await node(copy, [...flags, '--test-reporter=tap', ...files]);
      if (code === 0) return { kind: 'passed' };
      const [, test] = /^ *not ok \d+ - (.*)$/m.exec(output) ?? [];
      return { kind: 'failed', test: test ?? `no end within ${testMsMax} ms` };
    },
    run: (args, msMax = testMsMax) => runNode(args, { cwd: copy, msMax }),
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
}

/** Neither what a folder of its own has installed, nor what it has built there. */
function isSource(path: string): boolean {
  return !/[\\/](?:node_modules|\.[^\\/]+)$/.test(path);
}

function importOf(file: string): string {
  return `await import(${JSON.stringify(`./${file}`)})`;
}

function node(cwd: string, args: readonly string[]) {
  return runNode(args, { cwd, msMax: testMsMax });
}
