import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreFault } from '#ports/store-fault.ts';
import { ssmParameters } from './parameters.ts';
import { bindStore, loadStoreBinding } from './store-binding.ts';

/** Parameters whose service answers with these, one by one. */
function answering(...answers: readonly (readonly [status: number, body: unknown])[]) {
  const left = [...answers];
  return ssmParameters({
    endpoint: 'https://ssm.eu-west-1.amazonaws.com',
    call: () => {
      const [status, body] = left.shift() ?? [500, ''];
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return Promise.resolve({ status, headers: {}, body: new TextEncoder().encode(text) });
    },
  });
}

const binding = {
  publicKey: 'ab'.repeat(32),
  tableId: 'table-1',
  account: '111122223333',
  region: 'eu-west-1',
};
const told = (value: object) => [200, { Parameter: { Value: JSON.stringify(value) } }] as const;
const taken = [400, { __type: 'com.amazonaws.ssm#ParameterAlreadyExists' }] as const;

test('a parameter that is not there is none, and any other failure is a fault', async () => {
  assert.equal(await answering([400, { __type: 'ParameterNotFound' }]).read('x'), undefined);
  for (const odd of [
    [400, { __type: 'AccessDeniedException' }],
    [500, '<html>'],
    [400, ''],
  ] as const) {
    await assert.rejects(answering(odd).read('x'), StoreFault);
    await assert.rejects(answering(odd).writeOnce('x', 'y'), StoreFault);
  }
});

test('who binds second learns what is bound', async () => {
  const first = { ...binding, tableId: 'table-0' };
  assert.deepEqual(await bindStore(answering(taken, told(first)), 'x', binding), first);
  assert.deepEqual(await bindStore(answering([200, {}], told(binding)), 'x', binding), binding);
});

test('a binding with a field that is odd is no binding, and not the lack of one', async () => {
  for (const field of Object.keys(binding)) {
    const damaged = { ...binding, [field]: '' };
    await assert.rejects(loadStoreBinding(answering(told(damaged)), 'x'), StoreFault, field);
  }
});
