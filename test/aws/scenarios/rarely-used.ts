import assert from 'node:assert/strict';
import { hintStreams } from '#adapters/http/hints.ts';
import { detourBytesMin } from '#adapters/http/upload-detour.ts';
import { ssmParameters } from '#adapters/ssm/parameters.ts';
import { parametersOf } from '#infra/config/validator-config.ts';
import { UnreachableFault, type ValidatorNode } from '#ports/validator-node.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import {
  chainOf,
  granted,
  newDevice,
  openClient,
  refusedAs,
  testKeys,
} from '#test/support/client-world.ts';
import { asOwner, comesTrue } from '#test/support/committee-scenarios.ts';
import { scheduleEvent, socketEvent } from '#test/support/lambda-events.ts';
import { bytesNamed } from '#test/support/store-values.ts';
import {
  answered,
  type DeployedNetwork,
  type DeployedScenario,
  hasRow,
  isStored,
  nodeOf,
  payMany,
  reachedBy,
} from '../support/deployed-network.ts';
import { emulatorCall, emulatorConfig } from '../support/emulator-clients.ts';
import { invoke } from '../support/lambda-functions.ts';
import { partsOf, withDelivery } from '../support/validator-parts.ts';

const hears: DeployedScenario = {
  name: 'whoever listens hears of blocks and of what arrives, until it leaves',
  run: async (network) => {
    const { committee } = network;
    const heard: string[] = [];
    const socketUrl = await socketUrlOf('alpha');
    const hints = hintStreams({
      url: emulatorConfig().endpoint,
      socketUrl: () => Promise.resolve(socketUrl),
      // The host's name leads to this machine, whatever resolves it elsewhere.
      socket: { lookup: (_, __, found) => found(null, [{ address: '127.0.0.1', family: 4 }]) },
    });
    const hasHeard = (kind: string) => Promise.resolve(heard.includes(kind));
    const chains = new Set([chainOf(committee, 'alice'), chainOf(committee, 'bob')]);
    hints.subscribe(chains, {
      onNotification: ({ reason }) => heard.push(reason.kind),
      onReset: () => heard.push('reset'),
    });
    await comesTrue(() => hasHeard('reset'));
    const sent = await payMany(committee);
    await comesTrue(() => hasRow(network, 'alpha', sent));
    await comesTrue(() => hasHeard('new-block'));
    await comesTrue(() => hasHeard('new-bundle'));
    hints.close();
  },
};

/** Where the emulator serves the WebSocket API of a deployed validator. */
async function socketUrlOf(validator: string): Promise<string> {
  const { endpoint } = emulatorConfig();
  const parameters = ssmParameters({ call: emulatorCall('ssm'), endpoint });
  const told = await parameters.read(parametersOf({ name: validator }).socket);
  const { hostname, pathname } = new URL(told ?? '');
  const { port } = new URL(endpoint);
  return `ws://${hostname.split('.')[0]}.execute-api.localhost:${port}${pathname}`;
}

/** A validator that answers until this has happened to it, and then no more. */
function silentAfter(
  node: ValidatorNode,
  isLast: (call: 'handle' | 'upload', kind: string) => boolean,
): ValidatorNode {
  let isSilent = false;
  const heard = (call: 'handle' | 'upload', kind: string) => {
    if (isSilent) throw new UnreachableFault('the line is cut');
    isSilent = isLast(call, kind);
  };
  return {
    ...node,
    handle: async (request) => {
      heard('handle', request.kind);
      return await node.handle(request);
    },
    uploadBlob: async (chain, bytes) => {
      heard('upload', 'blob');
      return await node.uploadBlob(chain, bytes);
    },
  };
}

/** Carol uploads what she never publishes, and is gone when alpha has it. */
async function abandonUpload({ committee }: DeployedNetwork): Promise<void> {
  const uploaded = new Set<string>();
  const validators = committee.validators.map(({ node }) => ({
    node: silentAfter(node, (call) => {
      if (call === 'upload') uploaded.add(node.name);
      return call === 'upload';
    }),
  }));
  const { client } = await openClient({ ...committee, validators }, ['carol'], newDevice());
  granted(await client.sync('carol'));
  refusedAs(await client.publishBlob({ chain: 'carol', content: testKeys.random(64) }));
  await client.close();
  assert.ok(uploaded.has('alpha'));
}

const abandons: DeployedScenario = {
  name: 'what an owner uploads and never publishes is let go when another block comes',
  run: async (network) => {
    await abandonUpload(network);
    await asOwner(network.committee, ['carol'], async ({ client }) => {
      const content = testKeys.random(64);
      const { id } = granted(await client.publishBlob({ chain: 'carol', content }));
      const node = nodeOf(network, 'alpha');
      await comesTrue(async () => (await node.blobState(id)).ok);
      assert.deepEqual(await answered(() => node.blob(id)), content);
    });
  },
};

const fetches: DeployedScenario = {
  name: 'a driver finishes what its validator voted for, from its peers, blobs and all',
  run: async (network) => {
    const alpha = await partsOf('alpha');
    const node = nodeOf(network, 'alpha');
    await abandonUpload(network);
    const cut = silentAfter(node, (_, kind) => kind === 'propose');
    const { id, last } = await asOwner(reachedBy(network, cut), ['carol'], async ({ client }) => {
      const [chain, to] = [chainOf(network.committee, 'carol'), chainOf(network.committee, 'bob')];
      granted(await client.transfer({ from: 'carol', to, amount: amount(1n) }));
      const content = testKeys.random(64);
      const published = granted(await client.publishBlob({ chain: 'carol', content }));
      const operations = [{ kind: 'publish-blob', blob: published.id } as const];
      const { block } = granted(await client.execute({ chain, operations }));
      return { id: published.id, last: block };
    });
    assert.equal((await node.blobState(id)).ok, false);
    await withDelivery(alpha, 'by nobody', async () => {
      await invoke(alpha.driver, scheduleEvent);
      await comesTrue(async () => await isStored(network, 'alpha', last));
    });
  },
};

/** The name of no connection. */
const goneConnection = 'gone=';

const forgets: DeployedScenario = {
  name: 'a connection that is gone without a word is forgotten when there is something to tell',
  run: async (network) => {
    const { notifier } = await partsOf('alpha');
    const chains = [chainOf(network.committee, 'bob')];
    const subscribe = JSON.stringify({ kind: 'subscribe', chains });
    await invoke(notifier, socketEvent(goneConnection, 'MESSAGE', subscribe));
    const sent = await payMany(network.committee);
    await comesTrue(() => hasRow(network, 'alpha', sent));
  },
};

const goesPast: DeployedScenario = {
  name: 'a large content goes past the validator, to where it keeps blobs',
  run: async (network) => {
    const content = bytesNamed('large', detourBytesMin);
    await asOwner(network.committee, ['carol'], async ({ client }) => {
      const { id } = granted(await client.publishBlob({ chain: 'carol', content }));
      const node = nodeOf(network, 'alpha');
      await comesTrue(async () => (await node.blobState(id)).ok);
      assert.deepEqual(await answered(() => node.blob(id)), content);
    });
  },
};

/** What no other scenario needs of the permissions that functions have. */
export const rarelyUsed: readonly DeployedScenario[] = [
  hears,
  abandons,
  fetches,
  forgets,
  goesPast,
];
