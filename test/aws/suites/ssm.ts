import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ssmParameters } from '#adapters/ssm/parameters.ts';
import { bindStore, loadStoreBinding } from '#adapters/ssm/store-binding.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { deleteParameter } from '#test/aws/support/deleted-parameter.ts';
import { removeAtEnd } from '#test/aws/support/left-behind.ts';
import { ownName, serviceUrl, targetCall } from '#test/aws/support/target.ts';

const parameters = ssmParameters({
  call: targetCall('ssm'),
  endpoint: serviceUrl('ssm'),
});
const newName = () => {
  const name = `/${ownName()}/binding`;
  removeAtEnd(() => deleteParameter(name));
  return name;
};

const binding = {
  publicKey: 'ab'.repeat(32),
  tableId: '12345678-1234-1234-1234-123456789abc',
  account: '111122223333',
  region: 'eu-west-1',
};

test('ssm: a text is written where there is none, and never replaced', async () => {
  const name = newName();
  assert.equal(await parameters.read(name), undefined);
  assert.equal(await parameters.writeOnce(name, 'one'), 'written');
  assert.equal(await parameters.writeOnce(name, 'two'), 'taken');
  assert.equal(await parameters.read(name), 'one');
});

test('ssm: a key is bound to one store, once', async () => {
  const name = newName();
  assert.equal(await loadStoreBinding(parameters, name), undefined);
  assert.deepEqual(await bindStore(parameters, name, binding), binding);
  const other = { ...binding, tableId: 'another' };
  assert.deepEqual(await bindStore(parameters, name, other), binding);
  assert.deepEqual(await loadStoreBinding(parameters, name), binding);
});

test('ssm: a binding that cannot be read is a fault, not the lack of one', async () => {
  for (const text of [
    '',
    '{',
    '{"publicKey":"ab"}',
    JSON.stringify({ ...binding, account: 'x' }),
  ]) {
    const name = newName();
    await parameters.writeOnce(name, text === '' ? ' ' : text);
    await assert.rejects(loadStoreBinding(parameters, name), StoreFault);
  }
});
