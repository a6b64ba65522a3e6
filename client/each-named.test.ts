import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import {
  chainOf,
  clientWorld,
  granted,
  openClient,
  type Reachable,
} from '#test/support/client-world.ts';

interface Asked {
  readonly validator: string;
  readonly method: string;
  readonly correlation: string | undefined;
}

/** The same network, whose validators note in whose name they are asked. */
function noted(world: Reachable, asked: Asked[]): Reachable {
  let count = 0;
  return {
    ...world,
    newCorrelation: () => `operation-${++count}`,
    validators: world.validators.map(({ node }) => ({ node: notedNode(node, undefined, asked) })),
  };
}

function notedNode(
  node: ValidatorNode,
  correlation: string | undefined,
  asked: Asked[],
): ValidatorNode {
  const note = (method: string, call: unknown) => {
    if (typeof call !== 'function' || method === 'subscribe') return call;
    return (...args: unknown[]) => {
      asked.push({ validator: node.name, method, correlation });
      return call(...args);
    };
  };
  const methods = Object.entries(node).map(([method, call]) => [method, note(method, call)]);
  return {
    ...(Object.fromEntries(methods) as ValidatorNode),
    under: (name) => notedNode(node, name, asked),
  };
}

test('all requests of an operation have its name, at all validators; another has another', async () => {
  const asked: Asked[] = [];
  const world = noted(clientWorld(), asked);
  const alice = await openClient(world, ['alice']);
  const to = chainOf(world, 'bob');
  granted(await alice.client.transfer({ from: 'alice', to, amount: amount(1n) }));
  assert.deepEqual(namesIn(asked), ['operation-1']);
  assert.equal(new Set(asked.map(({ validator }) => validator)).size, 4);
  assert.ok(asked.some(({ method }) => method === 'handle'));
  asked.length = 0;
  granted(await alice.client.sync('alice'));
  granted(await alice.client.transfer({ from: 'alice', to, amount: amount(1n), pipeline: true }));
  await alice.client.close();
  // What is sent when the client closes has a name of its own.
  assert.deepEqual(namesIn(asked).slice(0, 2), ['operation-2', 'operation-3']);
});

function namesIn(asked: readonly Asked[]) {
  return [...new Set(asked.map(({ correlation }) => correlation))];
}
