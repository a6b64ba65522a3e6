import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Signature } from '#protocol/crypto/signature.ts';
import { restarted } from '#test/support/restarts.ts';
import { ofClients } from './of-clients.ts';
import { ofEvidence } from './of-evidence.ts';
import { ofValidators } from './of-validators.ts';
import {
  type Dimension,
  dimensions,
  type PayloadName,
  payloadNames,
  payloads,
  type Subject,
} from './payloads.ts';
import { type Stage, stageOf } from './stage.ts';
import { baseOf, type ReplayVerifier } from './verifier.ts';

const [stage, twin] = await Promise.all([stageOf(1), stageOf(2)]);
const verifiers: Readonly<Record<string, ReplayVerifier>> = {
  ...ofValidators,
  ...ofClients,
  ...ofEvidence,
};

/** The cells of one verifier: each payload as it stands here, and each about something else. */
function cellsOf(
  own: Stage,
  payload: PayloadName,
  base: Subject,
): readonly (readonly [string, Subject])[] {
  const moved = payloads[payload].binds.map((dimension: Dimension) => {
    const change = dimensions[dimension];
    return [`of another ${dimension}`, { ...base, ...change(own, twin, base) }] as const;
  });
  return [['as it stands', base], ...moved];
}

async function signed(payload: PayloadName, subject: Subject): Promise<Signature> {
  return await stage.key.sign(payloads[payload].digest(subject));
}

for (const [name, verifier] of Object.entries(verifiers)) {
  test(`${name} is accepted with the one signature that is asked for, and with no other`, async () => {
    const own = (await verifier.stage?.()) ?? stage;
    const base = await baseOf(own, verifier);
    const before = own.validator.store.snapshot();
    for (const payload of payloadNames) {
      for (const [what, subject] of cellsOf(own, payload, base)) {
        if (payload === verifier.accepts && subject === base) continue;
        const answer = await verifier.offer(own, base, await signed(payload, subject));
        equal(answer, verifier.refusal, `${payload} ${what}`);
      }
    }
    deepEqual(own.validator.store.snapshot(), before);
    const fresh = { ...own, validator: restarted(own.committee, own.validator) };
    const genuine = await signed(verifier.accepts, base);
    equal(await verifier.offer(fresh, base, genuine), 'accepted');
  });
}
