import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { StoreFault } from '#ports/store-fault.ts';
import { groupCommit } from './group-commit.ts';

function opened() {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE numbers (number INTEGER) STRICT');
  const events: string[] = [];
  const hooks = {
    beforeCommit: () => void events.push('before'),
    afterCommit: () => void events.push('after'),
    afterRollback: () => void events.push('undone'),
  };
  const insert = db.prepare('INSERT INTO numbers VALUES (?)');
  const numbers = () =>
    db
      .prepare('SELECT number FROM numbers')
      .all()
      .map((row) => row.number);
  const put = (number: number) => () => {
    events.push(`put ${number}`);
    insert.run(number);
    return number;
  };
  return { db, events, group: groupCommit(db, hooks), numbers, put };
}

test('the changes of one turn are one transaction, in their order', async () => {
  const { events, group, numbers, put } = opened();
  const results = [1, 2].map((number) => group.run(put(number), (of) => void events.push(`${of}`)));
  assert.deepEqual(numbers(), []);
  assert.deepEqual(await Promise.all(results), [1, 2]);
  assert.deepEqual(events, ['put 1', 'put 2', 'before', 'after', '1', '2']);
  await group.run(put(3));
  assert.deepEqual(events.slice(6), ['put 3', 'before', 'after']);
});

test('a change that fails takes its group along, and no other', async () => {
  const { events, group, numbers, put } = opened();
  const failing = group.run(() => {
    throw new Error('the disk is full');
  });
  const [failed, taken] = await Promise.allSettled([failing, group.run(put(1))]);
  for (const each of [failed, taken]) {
    assert.equal(each.status, 'rejected');
    assert.ok(each.status === 'rejected' && each.reason instanceof StoreFault);
  }
  assert.deepEqual(events, ['undone']);
  assert.equal(await group.run(put(2)), 2);
  assert.deepEqual(numbers(), [2]);
});

test('a flush commits what waits at once; on a closed database it is a fault', async () => {
  const { db, group, numbers, put } = opened();
  const waiting = group.run(put(1));
  group.flush();
  assert.deepEqual(numbers(), [1]);
  assert.equal(await waiting, 1);
  db.close();
  await assert.rejects(group.run(put(2)), StoreFault);
});

test('more changes than fit one transaction follow in the next', async () => {
  const { events, group, numbers, put } = opened();
  await Promise.all(Array.from({ length: 1200 }, (_, number) => group.run(put(number))));
  assert.equal(numbers().length, 1200);
  assert.equal(events.filter((event) => event === 'after').length, 3);
});
