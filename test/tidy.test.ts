import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const root = dirname(import.meta.dirname);
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const files = (pattern: string) =>
  globSync(pattern, { cwd: root, exclude: ['**/node_modules/**', '.*/**'] }).sort();

const self = 'test/tidy.test.ts';
const code = files('{bin,shared,functions,infra,client,cli,test,bench}/**/*.{ts,js}').filter(
  (path) => path !== self,
);
const isTest = (path: string) => path.startsWith('test/') || path.endsWith('.test.ts');
const lineCounts = code.map((path) => read(path).split('\n').length - 1).sort((a, b) => a - b);
const quantile = (share: number) => lineCounts[Math.floor(share * (lineCounts.length - 1))] ?? 0;

/** `path:line` of each line of `paths` that matches. */
function matches(paths: readonly string[], pattern: RegExp): string[] {
  const found = (path: string) =>
    read(path)
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [],
      );
  return paths.flatMap(found);
}

const commentBlock = /^[ \t]*\/\*(?:(?!\*\/)[\s\S])*\*\/[ \t]*\n|^[ \t]*\/\/.*\n/gm;
const documented = /^(?:export |[ \t]+(?:readonly )?['\w]+\??[(:<])/;

/** Lines of comments, without the docstrings of exports and of their members. */
function commentLines(path: string): number {
  const text = read(path);
  const counted = [...text.matchAll(commentBlock)].filter(({ 0: block, index }) => {
    const isDocstring = block.trimStart().startsWith('/**');
    return !(isDocstring && documented.test(text.slice(index + block.length)));
  });
  return counted.reduce((sum, [block]) => sum + block.split('\n').length - 1, 0);
}

const rejectionTypes =
  /\b(?:Rejection|Refusal)<([^>]*)>|\b(?:type|interface) \w*(?:Rejection|Refusal)\b((?:\{[^}]*\}|[^;{])*)/g;
const kindLiterals = /(?<![\w.])'([a-z][a-z0-9]*(?:-[a-z0-9]+)*)'/g;

/** Every refusal kind in the code's types and calls, with a file that has it. */
function refusalKinds(): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  for (const path of files('{shared,functions,client,cli}/**/*.ts').filter(
    (each) => !isTest(each),
  )) {
    const text = read(path);
    for (const [, kind = ''] of text.matchAll(/\brefuse\(\s*'([a-z0-9-]+)'/g))
      kinds.set(kind, path);
    for (const [, generic = '', union = ''] of text.matchAll(rejectionTypes)) {
      const literals = generic === '' ? (union.match(/kind: [^;]*/g) ?? []).join(' ') : generic;
      for (const [, kind = ''] of literals.matchAll(kindLiterals)) kinds.set(kind, path);
    }
  }
  return kinds;
}

test('half the files have at most 100 lines, and nine in ten at most 300', () => {
  assert.ok(quantile(0.5) <= 100, `median ${quantile(0.5)}`);
  assert.ok(quantile(0.9) <= 300, `nine in ten ${quantile(0.9)}`);
});

test('at most 12 % of the lines are comments, docstrings of exports apart', () => {
  const comments = code.reduce((sum, path) => sum + commentLines(path), 0);
  const lines = lineCounts.reduce((sum, count) => sum + count, 0);
  assert.ok(comments <= 0.12 * lines, `${comments} of ${lines} lines`);
});

test('no file is mostly explained', () => {
  const share = (path: string) => commentLines(path) / Math.max(40, read(path).split('\n').length);
  assert.deepEqual(
    code.filter((path) => share(path) > 0.25),
    [],
  );
});

test('the code has no word that promises a later, better version', () => {
  const words = /\bfor now\b|\bsimplified\b|\bstub|\bmock|\bTODO\b|\bFIXME\b|\butils\b/;
  assert.deepEqual(matches(code, words), []);
  assert.deepEqual(
    code.filter((path) => /(?:^|\/)(?:utils|common|helpers|lib|core)\//.test(path)),
    [],
  );
});

test('every test runs', () => {
  assert.deepEqual(
    matches(code.filter(isTest), /\.(?:skip|only|todo)\b|\b(?:skip|only|todo): /),
    [],
  );
});

test('classes are errors, and no rule depends on the locale', () => {
  const others = /^\s*(?:export )?(?:abstract )?class (?!\w+ extends \w*(?:Error|Fault|Failure)\b)/;
  // The CDK is made of classes.
  const ours = code.filter((path) => !/^infra\/(?:constructs\/|stacks\/|[^/]+$)/.test(path));
  assert.deepEqual(matches(ours, others), []);
  assert.deepEqual(matches(files('shared/**/*.ts'), /localeCompare|toLocale/), []);
});

test('there are at most twelve runtime dependencies, all of exact versions', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'));
  assert.ok(Object.keys(dependencies).length <= 12);
  const versions = Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies });
  assert.deepEqual(
    versions.filter((version) => /[\^~*x ]/.test(String(version).split('@').at(-1) ?? '')),
    [],
  );
});

test('the lockfile names no registry', () => {
  assert.deepEqual(matches(['package-lock.json'], /"resolved":|registry/), []);
});

test('every refusal has its row in the specification', () => {
  const [, table = ''] = read('docs/protocol.md').split(/^#+ .*Refusals.*$/m);
  const rows = new Set([...table.matchAll(/^\|\s*`([a-z0-9-]+)`\s*\|/gm)].map(([, kind]) => kind));
  const missing = [...refusalKinds()].filter(([kind]) => !rows.has(kind));
  assert.deepEqual(
    missing.map(([kind, path]) => `${kind} (${path})`),
    [],
  );
});

test('every refusal is named by a test', () => {
  const tests = code.filter(isTest).map(read).join('\n');
  const missing = [...refusalKinds()].filter(([kind]) => !tests.includes(`'${kind}'`));
  assert.deepEqual(
    missing.map(([kind, path]) => `${kind} (${path})`),
    [],
  );
});

test('each command in the README is run by a test', () => {
  const blocks = [...read('README.md').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(
    ([, text]) => text,
  );
  const commands = blocks.flatMap((text = '') => text.trim().split('\n'));
  const runners = [...code.filter(isTest), '.ci/run'].map(read).join('\n');
  const isRun = (command: string) => runners.includes(command.replace(/\s+#.*$/, ''));
  assert.deepEqual(
    commands.filter((command) => !isRun(command)),
    [],
  );
});
