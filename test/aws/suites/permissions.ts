import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { committeeScenarios } from '#test/support/committee-scenarios.ts';
import { deployedNames } from '../deployed-stages.ts';
import { callsPath, type RecordedCall } from '../proxy/aws-proxy.ts';
import { lostRecords } from '../scenarios/lost-records.ts';
import { rarelyUsed } from '../scenarios/rarely-used.ts';
import { templatesIn } from '../support/assemblies.ts';
import { deployedCommittee, deployValidators } from '../support/deployed-committee.ts';
import type { DeployedCommittee } from '../support/deployed-network.ts';
import { reportFigures } from '../support/figures.ts';
import {
  allowBatches,
  type FunctionRights,
  functionRights,
  isWithin,
} from '../support/function-rights.ts';
import { idleBill } from '../support/idle-bill.ts';
import { invoke } from '../support/lambda-functions.ts';
import { operatorDesk } from '../support/operator-desk.ts';
import { stackResources } from '../support/stacks.ts';
import { theEmulator } from '../support/target.ts';
import { partsOf, withDelivery } from '../support/validator-parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-permissions-'));
/** How far what is counted may be from what is estimated. */
const idleShareMax = 0.2;
const desk = operatorDesk(folder);
let running: DeployedCommittee | undefined;

before(async () => {
  Object.assign(process.env, desk.env, { HOME: process.env.HOME });
  const deployed = await deployValidators(folder, desk);
  for (const name of deployedNames) await allowBatches(name);
  const [first] = deployedNames;
  for (const { name } of await functionRights(first)) await invokeOnce(first, name);
  running = await deployedCommittee(folder, desk, deployed);
});

/** A function that finds no genesis says so: what is missing is not forbidden. */
async function invokeOnce(validator: string, name: string): Promise<void> {
  const resources = await stackResources(`${validator}-Compute`);
  const found = resources.find(
    ({ type, logicalId }) => type === 'AWS::Lambda::Function' && logicalId.startsWith(name),
  );
  const answer = JSON.stringify(await invoke(found?.physicalId ?? '', {}));
  assert.match(answer, /holds no network\/genesis/, name);
}

after(async () => {
  await running?.close();
  rmSync(folder, { recursive: true, force: true });
});

function committee(): DeployedCommittee {
  assert.ok(running);
  return running;
}

async function recordedCalls(): Promise<readonly RecordedCall[]> {
  const answer = await fetch(`${theEmulator()}${callsPath}`);
  return (await answer.json()) as readonly RecordedCall[];
}

for (const { name, run } of committeeScenarios) {
  test(`guarded: ${name}`, async () => await run(committee()));
}

for (const { name, run } of [...lostRecords.slice(0, 1), ...rarelyUsed]) {
  test(`guarded: ${name}`, async () => await run({ committee: committee(), desk }));
}

test('guarded: functions use nothing but what their policies allow', async () => {
  const calls = await recordedCalls();
  for (const validator of deployedNames) {
    for (const { name, callers, allowed } of await functionRights(validator)) {
      const own = calls.filter(({ caller }) => callers.includes(caller));
      const uses = own.flatMap((call) => call.uses);
      const denied = uses.filter((use) => !allowed.some((one) => isWithin(use, one)));
      assert.deepEqual(denied, [], `${validator} ${name}`);
      const refused = own.filter(({ status }) => status === 403);
      assert.deepEqual(refused, [], `${validator} ${name}`);
    }
  }
});

test('guarded: five idle minutes cost under two dollars a month, as estimated', async () => {
  const [validator] = deployedNames;
  const templates = templatesIn(desk.assembly, validator).map(({ template }) => template);
  await withDelivery(await partsOf(validator), 'by nobody', async () => {
    const bill = await idleBill(validator, templates, recordedCalls);
    const { runs, calls, countedUsd, estimatedUsd } = bill;
    assert.ok(runs > 0 && calls > runs, JSON.stringify(bill));
    assert.ok(countedUsd < 2, JSON.stringify(bill));
    assert.ok(Math.abs(countedUsd / estimatedUsd - 1) < idleShareMax, JSON.stringify(bill));
    reportFigures('idle', bill);
  });
});

/** What is allowed and not used here, and by whom it is: by AWS, or in no honest network. */
const notUsedHere: readonly (readonly [use: RegExp, because: string])[] = [
  [/^\w+: logs:(CreateLogStream|PutLogEvents) on /, 'Lambda writes what a function logs'],
  [
    /^Messenger: sqs:(Receive|Delete)Message on .*Envelopes/,
    'Lambda polls in the name of the function',
  ],
  [/^Messenger: sqs:(GetQueue\w+|ChangeMessageVisibility) on .*Envelopes/, 'as does this'],
  [
    /^Notifier: dynamodb:(ListStreams|DescribeStream|GetRecords|GetShardIterator) on /,
    'Lambda reads the stream in the name of the function',
  ],
  [/^(Notifier|Driver): sqs:SendMessage on .*Dead/, 'Lambda sets aside what failed too often'],
  [
    /^Messenger: dynamodb:PutItem on .*Heads/,
    'a chain is quarantined when a row contradicts its block: never in an honest network',
  ],
];

test('guarded: all that policies allow is used', async () => {
  const calls = await recordedCalls();
  const [validator] = deployedNames;
  const unused = (await functionRights(validator)).flatMap((rights) => unusedBy(rights, calls));
  const isKnown = (each: string) => notUsedHere.some(([use]) => use.test(each));
  assert.deepEqual(
    unused.filter((each) => !isKnown(each)),
    [],
  );
  for (const [use] of notUsedHere)
    assert.ok(
      unused.some((each) => use.test(each)),
      `${use}`,
    );
});

function unusedBy({ name, callers, allowed }: FunctionRights, calls: readonly RecordedCall[]) {
  const uses = calls.filter(({ caller }) => callers.includes(caller)).flatMap((call) => call.uses);
  return allowed
    .filter((one) => !uses.some((use) => isWithin(use, one)))
    .map(({ action, resource }) => `${name}: ${action} on ${resource}`);
}
