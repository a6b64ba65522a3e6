import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import { ok } from '#protocol/primitives/result.ts';
import { clientWorld, granted, openClient } from '#test/support/client-world.ts';
import { testCommittee } from '#test/support/committee.ts';
import {
  confirmedCertificate,
  craftedConflict,
  fastCertificate,
  fileOf,
  validatedCertificate,
} from '#test/support/crafted-conflict.ts';
import { parseAmount } from '../amount.ts';
import { decodeFullCertificate } from './full-certificate-file.ts';
import { judgeConflict } from './judge-conflict.ts';

const verifier = signatureVerifier({ policy: { kind: 'validators', clock: systemClock } });

/** A world in which alice has paid, and the block of that payment. */
async function paid() {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  const amount = granted(parseAmount('1'));
  const { block } = granted(await client.transfer({ from: 'alice', to: 'bob', amount }));
  const certified = await client.findBlock(block.hash);
  assert.ok(certified);
  return { world, client, certified };
}

test('a certificate in full is collected from whoever signed it', async () => {
  const { world, client, certified } = await paid();
  const bytes = granted(await client.fullCertificate(certified));
  const { full, network } = granted(decodeFullCertificate(bytes));
  assert.deepEqual(full.certificate, certified.certificate);
  assert.equal(full.openings.length, 1);
  assert.equal(full.openings[0]?.block, certified.block.hash);
  assert.equal(network, granted(networkFrom(world.development.genesis)).id);
  await client.close();
});

test('openings that open nothing are not believed, and missing ones are told', async () => {
  const { world, client, certified } = await paid();
  const { full } = granted(decodeFullCertificate(granted(await client.fullCertificate(certified))));
  const strange = full.openings.map((one) => ({ ...one, signatures: [] }));
  for (const one of world.validators) {
    one.switch.lie = { openings: () => Promise.resolve(ok(strange)) };
  }
  const lied = await client.fullCertificate(certified);
  assert.equal(lied.ok ? undefined : lied.error.kind, 'openings-missing');
  for (const { switch: control } of world.validators.slice(1)) control.lie = undefined;
  granted(await client.fullCertificate(certified));
  await client.close();
});

/** Two certificates by seats 1 and 2, and a committee to judge them. */
async function crafted() {
  const { network, validators } = testCommittee();
  const signers = validators.flatMap(({ ports: { signer } }) => (signer ? [signer] : []));
  const craft = { network, signers };
  return { ...craft, craft, files: await craftedConflict(craft) };
}

test('no byte of a full certificate can be changed so that somebody else is convicted', async () => {
  const { network, files } = await crafted();
  const [first, second] = files;
  for (let at = 0; at < second.length; at++) {
    const changed = second.slice();
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    const judged = await judgeConflict(network, [first, changed], verifier);
    if (!judged.ok) continue;
    const seats = judged.value.convictions.map(({ seat }) => seat);
    assert.deepEqual(seats, [1, 2], `byte ${at} of ${second.length}`);
  }
});

test('certificates without what they commit to convict too few', async () => {
  const { network, craft } = await crafted();
  const opening = await validatedCertificate(craft, [1, 2, 3]);
  const y = fileOf(craft, await confirmedCertificate(craft, [1, 2, 3], opening));
  const x = fileOf(craft, await fastCertificate(craft, [0, 1, 2]));
  const judged = await judgeConflict(network, [x, y], verifier);
  assert.equal(judged.ok ? undefined : judged.error.kind, 'openings-missing');
});
