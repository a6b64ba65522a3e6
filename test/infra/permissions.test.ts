import assert from 'node:assert/strict';
import { test } from 'node:test';
import { carefulConfig, everythingOn } from './everything.ts';
import { type Statement, statements, synthesised } from './synthesised.ts';

const { stage, compute, observe, state } = synthesised();
const allowed = statements(compute);
const may = (pattern: RegExp) =>
  [
    ...new Set(
      allowed
        .filter(({ actions }) => actions.some((each) => pattern.test(each)))
        .map(({ role }) => role),
    ),
  ].sort();
const rights = (role: string) => allowed.filter((each) => each.role === role);

test('nobody deletes or scans heads, or changes what tables are', () => {
  const onHeads = allowed.filter(({ resources }) =>
    resources.some((each) => /(?:RefHeads|FnGetAttHeads\w+Arn|-heads")/.test(each)),
  );
  assert.ok(onHeads.length > 0);
  const actions = new Set(onHeads.flatMap((each) => each.actions));
  assert.deepEqual(
    [...actions].filter((each) => /Delete|Scan|Batch|Transact|Update/.test(each)),
    [],
  );
  assert.deepEqual(
    may(/^dynamodb:(?:DeleteTable|UpdateTable|Scan|Transact|CreateTable|Restore)/),
    [],
  );
});

test('a reader writes nothing', () => {
  const actions = rights('ReaderRole').flatMap((each) => each.actions);
  const others = actions.filter(
    (each) => !/^(?:[a-z0-9]+:(?:Get|BatchGet|Query|List)\w*|logs:\w+)$/.test(each),
  );
  assert.deepEqual(others, []);
});

test('who tells of chains changes nothing of them, and who delivers deletes nothing', () => {
  const onData = (role: string) =>
    rights(role).flatMap(({ actions, resources }) =>
      resources.some((each) => /RefData|FnGetAttData/.test(each)) ? actions : [],
    );
  assert.deepEqual(onData('NotifierRole'), ['dynamodb:BatchGetItem']);
  assert.deepEqual(onData('MessengerRole'), ['dynamodb:BatchGetItem', 'dynamodb:PutItem']);
});

test('only what votes may open the key, and only init may write it or its binding', () => {
  assert.deepEqual(may(/^kms:/), ['DriverRole', 'Worker0Role']);
  assert.deepEqual(
    [
      ...new Set(
        allowed.flatMap(({ actions }) => actions.filter((each) => each.startsWith('kms:'))),
      ),
    ],
    ['kms:Decrypt'],
  );
  assert.deepEqual(may(/^ssm:(?!GetParameter$)/), []);
  assert.deepEqual(may(/^s3:Put/), ['DriverRole', 'Worker0Role']);
});

test('only workers take uploads, and nobody deletes them but the bucket', () => {
  const onUploads = allowed.filter(({ resources }) =>
    resources.some((each) => each.includes('pending/')),
  );
  assert.deepEqual(
    onUploads.map(({ role, actions }) => [role, actions]),
    [['Worker0Role', ['s3:GetObject', 's3:PutObject']]],
  );
});

test('KMS signing gives the right to sign, to those who vote alone', () => {
  const signing = statements(synthesised({ key: 'kms-sign' }).compute);
  const onKeys = signing.filter(({ actions }) => actions.some((each) => each.startsWith('kms:')));
  assert.deepEqual(
    onKeys.map(({ role, actions }) => [role, actions]),
    [
      ['Worker0Role', ['kms:Sign', 'kms:GetPublicKey']],
      ['DriverRole', ['kms:Sign', 'kms:GetPublicKey']],
    ],
  );
});

test('nothing is allowed by a pattern but objects, connections and the names of streams', () => {
  const isPattern = ({ actions, resources }: Statement) =>
    [...actions, ...resources].some((each) => each.includes('*'));
  const patterns = allowed
    .filter(isPattern)
    .flatMap(({ resources }) => resources.filter((each) => each.includes('*')));
  const kinds = patterns.map((each) => /[\w@-]+\/\*/.exec(each)?.[0] ?? each);
  const expected = ['@connections/*', 'blobs/*', 'pending/*', 'stream/*'];
  assert.deepEqual([...new Set(kinds)].sort(), expected);
  assert.deepEqual(
    allowed.filter(({ actions }) => actions.some((each) => each.includes('*'))),
    [],
  );
});

test('each function has a role of its own and no policy of AWS', () => {
  for (const template of [compute, observe, state]) {
    assert.doesNotMatch(JSON.stringify(template.toJSON()), /ManagedPolicyArns/);
  }
  assert.deepEqual([...new Set(allowed.map(({ role }) => role))].sort(), [
    'DriverRole',
    'MessengerRole',
    'NotifierRole',
    'ReaderRole',
    'Worker0Role',
  ]);
});

test('at most ten findings of the policy checks are accepted, whatever is chosen, each with a reason', () => {
  for (const each of [
    stage,
    ...[everythingOn, carefulConfig].map((one) => synthesised(one).stage),
  ]) {
    const accepted = [each, ...each.node.findAll()].flatMap(({ node }) =>
      node.metadata.filter(({ type }) => type === 'aws:cdk:acknowledged-rules'),
    );
    const text = accepted.map(({ data }) => JSON.stringify(data));
    const ids = new Set(
      text.flatMap((one) => one.match(/(?:AwsSolutions|Serverless)-[^"\\]+/g) ?? []),
    );
    assert.ok(ids.size > 0 && ids.size <= 10, [...ids].join('\n'));
    assert.deepEqual(
      [...ids].filter((one) => /Resource::(?:\*|.*(?:table|key))/.test(one)),
      [],
    );
  }
});
