import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { SeatSignature } from '#protocol/block/certificate.ts';
import type { SignatureCheck, Verdict } from '#protocol/crypto/signature.ts';
import type { TestValidator } from '#test/support/committee.ts';
import { contended } from '#test/support/contended.ts';
import { kindOf, proposeRequest, send } from '#test/support/drive.ts';
import { refusedUnchanged, validate, validatedRequest } from '#test/support/requests.ts';

/** The validator, whose signatures are decided as `decide` says. */
function deciding(
  one: TestValidator,
  decide: (check: SignatureCheck, index: number) => Verdict,
): TestValidator {
  const verifier = { verifyAll: async (checks: readonly SignatureCheck[]) => checks.map(decide) };
  return { ...one, ports: { ...one.ports, verifier } };
}

async function validated() {
  const stage = contended();
  const { proposal, block } = await stage.of(1n, 0);
  const certificate = await validate(stage.committee, stage.quorum, proposal);
  const [, , , validator] = stage.validators;
  return { ...stage, proposal, block, certificate, validator };
}

test('an undecided signature makes the request busy, never invalid', async () => {
  const { validator, certificate, block } = await validated();
  const request = validatedRequest(certificate, block);
  for (const late of [0, 1, 2]) {
    const one = deciding(validator, (_, index) => (index === late ? 'undecided' : 'valid'));
    equal(await refusedUnchanged(one, request), 'busy');
  }
});

test('one invalid signature refuses the request, whatever else is undecided', async () => {
  const { validator, certificate, block } = await validated();
  const verdicts: readonly Verdict[] = ['undecided', 'valid', 'invalid'];
  const one = deciding(validator, (_, index) => verdicts[index] ?? 'valid');
  equal(await refusedUnchanged(one, validatedRequest(certificate, block)), 'invalid-signature');
});

test('a request that was busy is decided when it is sent again', async () => {
  const { validator, proposal } = await validated();
  let isBusy = true;
  const one = deciding(validator, () => (isBusy ? 'undecided' : 'valid'));
  const request = proposeRequest(proposal);
  equal(await refusedUnchanged(one, request), 'busy');
  isBusy = false;
  equal(kindOf(await send(one, request)), 'accepted');
});

test('a signature that stands at two seats is judged for each of them', async () => {
  const { validator, certificate, block } = await validated();
  const [first, second, third] = certificate.signatures as [
    SeatSignature,
    SeatSignature,
    SeatSignature,
  ];
  for (const signatures of [
    [{ ...first, signature: second.signature }, second, third],
    [first, { ...second, signature: first.signature }, third],
  ]) {
    const copied = validatedRequest({ ...certificate, signatures }, block);
    equal(await refusedUnchanged(validator, copied), 'invalid-signature');
  }
});

test('all signatures of a request are checked in one wave', async () => {
  const { validator, certificate, block } = await validated();
  const waves: number[] = [];
  const { verifier } = validator.ports;
  const counting = {
    verifyAll: (checks: readonly SignatureCheck[]) => {
      waves.push(checks.length);
      return verifier.verifyAll(checks);
    },
  };
  const one = { ...validator, ports: { ...validator.ports, verifier: counting } };
  equal(kindOf(await send(one, validatedRequest(certificate, block))), 'accepted');
  deepEqual(waves, [3]);
});
