import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerOf, newHome, weft } from '#test/support/weft-process.ts';

const home = newHome();
after(() => home.remove());

interface Told {
  readonly schema: string;
  readonly kind: string;
  readonly chain: { readonly name: string };
  readonly origin?: { readonly name: string };
  readonly height: string;
  readonly hash: string;
}

const pay = () => answerOf(home.path, 'transfer', '1', '--from', 'alice', '--to', 'bob');

/** How many streams each validator has open. */
async function streams(urls: readonly string[]): Promise<readonly number[]> {
  return await Promise.all(
    urls.map(async (url) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(/^weft_streams_open (\d+)$/m.exec(text)?.[1]);
    }),
  );
}

async function untilStreams(urls: readonly string[], each: number): Promise<void> {
  const start = performance.now();
  while (!(await streams(urls)).every((count) => count === each)) {
    assert.ok(performance.now() - start < 15_000, `${await streams(urls)}`);
    await sleep(50);
  }
}

let urls: readonly string[] = [];

test('watching tells of the block of a transfer, and of its arrival', async () => {
  const { code, answer } = await answerOf(home.path, 'net', 'up', '--detach', '--port', '0');
  assert.equal(code, 0);
  urls = answer.validators.map(({ url }: { url: string }) => url);
  const watching = weft(home.path, 'watch', 'alice', 'bob', '--json', '--count', '2');
  await untilStreams(urls, 1);
  await sleep(1_000);
  const { answer: receipt } = await pay();
  const ended = await watching.ended;
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  const told: readonly Told[] = ended.stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(told.length, 2);
  for (const { schema, height, hash } of told) {
    assert.deepEqual([schema, height, hash], ['weft.watch/1', '0', receipt.block.hash]);
  }
  const block = told.find(({ kind }) => kind === 'block');
  const bundle = told.find(({ kind }) => kind === 'bundle');
  assert.deepEqual([block?.chain.name, bundle?.chain.name], ['alice', 'bob']);
  assert.equal(bundle?.origin?.name, 'alice');
  await untilStreams(urls, 0);
});

test('watching goes on while a network is away, and ends at Ctrl-C', async () => {
  const watching = weft(home.path, 'watch', 'bob');
  await untilStreams(urls, 1);
  await sleep(1_000);
  assert.equal((await answerOf(home.path, 'net', 'down')).code, 0);
  assert.equal((await answerOf(home.path, 'net', 'up', '--detach')).code, 0);
  assert.equal((await pay()).code, 0);
  await watching.says('bob  bundle  from alice height 1');
  watching.kill('SIGINT');
  assert.equal((await watching.ended).code, 0);
});
