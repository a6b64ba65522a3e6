import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { blockOf, execute, kindOf, viewWith } from '#test/support/execution.ts';
import { recipient, sender } from '#test/support/messages.ts';
import type { Operation } from '../block/operation.ts';
import { epoch } from '../primitives/numbers.ts';

const id = recipient as string as never;
const none = undefined;
const code = { contract: id, service: id, machine: 0, formats: none };
const empty = new Uint8Array();
const stream = { kind: 'system', name: empty } as const;

/** Every operation that is defined and comes later. */
const later: readonly Operation[] = [
  { kind: 'publish-module', module: code },
  { kind: 'create-application', module: code, parameters: empty, argument: empty, required: [] },
  { kind: 'publish-committee', blob: id },
  { kind: 'create-committee', epoch: epoch(1), blob: id },
  { kind: 'remove-committee', epoch: epoch(0) },
  { kind: 'process-epoch', epoch: epoch(1) },
  { kind: 'update-stream', chain: sender, stream, first: 0, next: 1 },
  { kind: 'checkpoint' },
  { kind: 'application', application: id, operation: empty },
];

for (const operation of later) {
  test(`the operation ${operation.kind} is for a later version`, () => {
    const block = blockOf([{ kind: 'operation', operation }]);
    equal(kindOf(execute(viewWith(), block)), 'not-supported');
  });
}
