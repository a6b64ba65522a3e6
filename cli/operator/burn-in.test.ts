import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { servedOverHttp } from '#test/support/http-node.ts';
import { rawServer } from '#test/support/raw-server.ts';
import { runWeft } from '#test/support/run-weft.ts';

const home = mkdtempSync(join(tmpdir(), 'weft-burn-in-'));
after(() => rmSync(home, { recursive: true }));

interface Card {
  readonly schema: string;
  readonly lines: readonly {
    readonly check: string;
    readonly state: string;
    readonly fix?: string;
  }[];
}

async function cardOf(url: string): Promise<{ readonly code: number; readonly card: Card }> {
  const { code, stdout } = await runWeft(home, ['validator', 'burn-in', url, '--json']);
  return { code, card: JSON.parse(stdout) };
}

test('a sound validator passes', async () => {
  const served = await servedOverHttp();
  try {
    const { code, card } = await cardOf(served.url);
    assert.equal(card.schema, 'weft.burn-in/1');
    const others = card.lines.filter(({ state }) => state === 'fail');
    assert.deepEqual([code, others], [0, []]);
    assert.ok(card.lines.length >= 8);
  } finally {
    await served.close();
  }
});

test('what is no validator fails, line by line, each with a fix', async () => {
  const body = '<html>welcome</html>';
  const text = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`;
  const server = await rawServer((socket) => void socket.end(text));
  try {
    const { code, card } = await cardOf(server.url);
    assert.equal(code, 1);
    const failed = card.lines.filter(({ state }) => state === 'fail');
    assert.deepEqual(
      failed.map(({ check }) => check),
      ['version', 'network', 'votes', 'refusals'],
    );
    assert.ok(failed.every(({ fix }) => fix !== undefined));
  } finally {
    await server.close();
  }
});

test('nothing at all is unreachable', async () => {
  const { code, stderr } = await runWeft(home, [
    'validator',
    'burn-in',
    'http://127.0.0.1:9',
    '--json',
  ]);
  assert.equal(code, 3);
  assert.equal(JSON.parse(stderr).error.kind, 'unreachable');
});
