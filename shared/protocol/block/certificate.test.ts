import { equal, notEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { signatureAt, validatedBy } from '#test/support/certificates.ts';
import {
  commitmentTo,
  unlockingBy,
  type ValidatedCertificate,
  validatedCertificateCodec,
} from './certificate.ts';
import { multiLeader } from './round.ts';

/** The newest of a row of quorums, each released by the one before. */
function newestOver(first: ValidatedCertificate, links: number): ValidatedCertificate {
  let newest = first;
  for (let number = 2; number < 2 + links; number++) {
    const next = validatedBy([0, 1, 2], multiLeader(number));
    newest = { ...next, unlocking: unlockingBy(newest) };
  }
  return newest;
}

const first = validatedBy([0, 1, 2]);

test('a commitment binds every byte of its quorum: payload, signers and signatures', () => {
  const bytes = encode(validatedCertificateCodec, first);
  let decodable = 0;
  for (const at of bytes.keys()) {
    const changed = decode(validatedCertificateCodec, bytes.with(at, (bytes[at] ?? 0) ^ 1));
    if (!changed.ok) continue;
    decodable++;
    notEqual(commitmentTo(changed.value), commitmentTo(first), `byte ${at}`);
  }
  ok(decodable > bytes.length / 2);
  equal(commitmentTo({ ...first }), commitmentTo(first));
});

test('a change of any link behind a quorum changes the commitment to it', () => {
  const [signed, ...others] = first.signatures;
  ok(signed);
  const forged = { ...first, signatures: [{ ...signed, signature: signatureAt(9) }, ...others] };
  for (const links of [1, 2, 5]) {
    notEqual(commitmentTo(newestOver(forged, links)), commitmentTo(newestOver(first, links)));
    const fewer = { ...first, signatures: others };
    notEqual(commitmentTo(newestOver(fewer, links)), commitmentTo(newestOver(first, links)));
  }
});
