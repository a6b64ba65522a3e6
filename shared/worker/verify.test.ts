import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { testCommittee } from '#test/support/committee.ts';
import { kindOf, pay, send } from '#test/support/drive.ts';
import { cast, proposed, validate, validatedRequest } from '#test/support/requests.ts';

test('an own signature under another scheme is as invalid here as it is everywhere', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const [first, second, third] = validators;
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  const certificate = await validate(committee, [first, second, third], proposal);
  const signatures = certificate.signatures.map((one) =>
    one.seat === first.seat
      ? { ...one, signature: { ...one.signature, scheme: 'p256-webauthn' as const } }
      : one,
  );
  const forged = { ...certificate, signatures };
  equal(kindOf(await send(second, validatedRequest(forged))), 'invalid-signature');
  equal(kindOf(await send(first, validatedRequest(forged))), 'invalid-signature');
});
