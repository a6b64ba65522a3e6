import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultConfig, type ValidatorConfig } from '#infra/config/validator-config.ts';
import type { AwsAccount } from './aws-account.ts';
import type { Line } from './card.ts';
import { examineOnAws } from './examine-aws.ts';
import { placesLines } from './examine-places.ts';

const config: ValidatorConfig = {
  ...defaultConfig,
  name: 'alpha',
  network: 'weft',
  account: '111122223333',
  region: 'eu-central-1',
};

/** An account with nothing deployed, that answers so. */
function accountWith(concurrency: () => Promise<number>, skewMs = 0): AwsAccount {
  return {
    parameters: {
      read: (name: string) => Promise.resolve(name.includes('cdk') ? '28' : undefined),
    },
    identity: () => Promise.resolve({ account: config.account, skewMs }),
    concurrency,
  } as unknown as AwsAccount;
}

async function lineOf(
  check: string,
  concurrency: () => Promise<number>,
  changes: Partial<ValidatorConfig> = {},
): Promise<Line> {
  const lines = await examineOnAws({ ...config, ...changes }, accountWith(concurrency, 45_000), []);
  const found = lines.find((line) => line.check === check);
  assert(found, JSON.stringify(lines));
  return found;
}

test('a quota that is too low comes with the command that asks for more', async () => {
  const low = await lineOf('quota', () => Promise.resolve(10));
  assert.equal(low.state, 'warn');
  assert.equal(
    low.fix,
    'run aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000 --region eu-central-1',
  );
  const most = () => Promise.resolve(120);
  assert.equal((await lineOf('quota', most)).state, 'pass');
  const reserved = await lineOf('quota', most, { concurrency: { reserved: 50 } });
  assert.deepEqual(
    [reserved.state, /--desired-value 150 /.test(reserved.fix ?? '')],
    ['fail', true],
  );
  const silent = await lineOf('quota', () => Promise.reject(new Error('403')));
  assert.deepEqual([silent.state, silent.found], ['fail', '403']);
  assert.match(silent.fix ?? '', /lambda:GetAccountSettings/);
});

test('where nothing answers, the reason is told: there may be no credentials', async () => {
  const cause = new Error('no credentials');
  const asked = () => Promise.reject(new Error('no answer', { cause }));
  assert.equal((await lineOf('quota', asked)).found, 'no answer: no credentials');
});

test('a clock that is half a minute wrong is a fault', async () => {
  assert.equal((await lineOf('clock', () => Promise.resolve(1_000))).state, 'fail');
});

const peersAt = (...hosts: readonly string[]) =>
  new TextEncoder().encode(
    JSON.stringify(hosts.map((host, index) => ({ name: `v${index}`, url: `https://${host}` }))),
  );
const gateway = (id: string, region: string) => `${id}.execute-api.${region}.amazonaws.com`;
const statesOf = (lines: readonly Line[]) => lines.map(({ check, state }) => `${check} ${state}`);

test('a third of the members in one region is warned of, as far as addresses tell', () => {
  const near = ['a', 'b'].map((id) => gateway(id, 'eu-central-1'));
  const far = ['c', 'd', 'e', 'f', 'g'].map((id) => gateway(id, 'us-east-1'));
  assert.deepEqual(statesOf(placesLines(config, peersAt(...near, ...far), [])), [
    'account pass',
    'co-location pass',
  ]);
  const [, line] = placesLines(config, peersAt(...near, 'validator.example.com'), []);
  assert.equal(line?.state, 'warn');
  assert.match(line?.found ?? '', /2 of 3 members in eu-central-1, 1 at addresses/);
  // A configuration beside this one tells what a name of one's own does not.
  const known = [
    { ...config, name: 'v0' },
    { ...config, name: 'v1', account: '999900001111' },
  ];
  const [, two] = placesLines(config, peersAt('a.example', 'b.example', 'c.example'), known);
  assert.match(two?.found ?? '', /2 of 3 members in eu-central-1, 1 at/);
});

test('members in one account, at one address or in a damaged list are told of', () => {
  const [account] = placesLines(config, undefined, [{ ...config, name: 'beta' }, config]);
  assert.deepEqual([account?.state, /beta/.test(account?.found ?? '')], ['warn', true]);
  const elsewhere = placesLines(config, undefined, [{ ...config, name: 'beta', network: 'other' }]);
  assert.deepEqual(statesOf(elsewhere), ['account pass']);
  const twice = statesOf(placesLines(config, peersAt('a.example', 'a.example'), []));
  assert.ok(twice.includes('addresses fail'));
  for (const odd of ['[', '{}', '[{"name":"a","url":"nowhere"}]']) {
    const [, line] = placesLines(config, new TextEncoder().encode(odd), []);
    assert.deepEqual([line?.check, line?.state], ['co-location', 'fail'], odd);
  }
});
