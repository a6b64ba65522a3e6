import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainReplyCodec, chainRequestCodec } from '#protocol/chain/requests.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import type { TestOwner } from '#test/support/committee.ts';
import { confirm, draft, pay, proposeRequest, sign } from '#test/support/drive.ts';
import { loneValidator, servedBy } from '#test/support/opened-node.ts';
import { valueMediaType, type WireReply } from '#wire/exchange.ts';
import { handleApi } from './handle-api.ts';

const { committee, validator } = loneValidator();
const [alice, bob] = committee.owners as [TestOwner, TestOwner];
const context = servedBy(validator, { onFault: (error) => assert.fail(String(error)) });
const headers = { accept: valueMediaType, 'content-type': valueMediaType };

function post(path: string, body: Uint8Array): Promise<WireReply> {
  return handleApi(context, { method: 'POST', target: `/v1/shards/0/${path}`, headers, body });
}

async function bodies(): Promise<ReadonlyMap<string, Uint8Array>> {
  const elsewhere = loneValidator().committee;
  const { certificate, block } = await confirm(elsewhere, alice, [pay(bob.chain, 10n)]);
  const body = { proposed: block.proposed, outcome: block.outcome };
  const drafted = await draft(committee, validator, alice, [pay(bob.chain, 1n)]);
  const { proposal } = await sign(committee, validator, drafted, { signer: alice.signer });
  return new Map([
    ['proposals', encode(chainRequestCodec, proposeRequest(proposal))],
    ['certificates/confirmed', encode(chainRequestCodec, { kind: 'confirmed', certificate, body })],
  ]);
}

test('a request cut off anywhere is refused as malformed', async () => {
  for (const [path, whole] of await bodies()) {
    for (let length = 0; length < whole.length; length += 3) {
      const reply = await post(path, whole.slice(0, length));
      assert.equal(reply.headers['weft-refusal'], 'malformed-request', `${path} ${length}`);
    }
    const longer = await post(path, Uint8Array.of(...whole, 0));
    assert.equal(longer.headers['weft-refusal'], 'malformed-request');
  }
});

test('a request with any byte changed is refused with a code, and never a fault', async () => {
  for (const [path, whole] of await bodies()) {
    for (let at = 0; at < whole.length; at += 2) {
      const changed = whole.slice();
      changed[at] = (changed[at] as number) ^ (1 << (at % 8));
      const reply = await post(path, changed);
      assert.ok(reply.status >= 400 && reply.status !== 500, `${path} ${at}: ${reply.status}`);
    }
  }
});

test('what was refused left no trace: the same bytes, whole, are accepted', async () => {
  for (const [path, whole] of await bodies()) {
    const reply = await post(path, whole);
    const decoded = decode(chainReplyCodec, reply.body as Uint8Array);
    assert.equal(decoded.ok ? decoded.value.decided.kind : decoded, 'accepted');
  }
});
