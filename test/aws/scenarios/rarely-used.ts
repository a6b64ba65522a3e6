import assert from 'node:assert/strict';
import { hintStreams } from '#adapters/http/hints.ts';
import { detourBytesMin } from '#adapters/http/upload-detour.ts';
import { ssmParameters } from '#adapters/ssm/parameters.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { tableListeners } from '#adapters/websocket/listeners.ts';
import { parametersOf } from '#infra/config/validator-config.ts';
import type { Listeners } from '#ports/listeners.ts';
import { UnreachableFault, type ValidatorNode } from '#ports/validator-node.ts';
import { promptRecipientsMax } from '#protocol/chain/decide-confirmed.ts';
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
import { scheduleEvent } from '#test/support/lambda-events.ts';
import { bytesNamed } from '#test/support/store-values.ts';
import {
  answered,
  type DeployedNetwork,
  type DeployedScenario,
  hasRow,
  isStored,
  newChain,
  nodeOf,
  payMany,
  reachedBy,
  transfersTo,
} from '../support/deployed-network.ts';
import { invoke } from '../support/lambda-functions.ts';
import { stackResources } from '../support/stacks.ts';
import { tablesClient, targetCall, theEmulator } from '../support/target.ts';
import { partsOf, withDelivery } from '../support/validator-parts.ts';

const hears: DeployedScenario = {
  name: 'whoever listens hears of blocks and of what arrives, until it leaves',
  run: async (network) => {
    const { committee } = network;
    const heard: string[] = [];
    const socketUrl = await socketUrlOf('alpha');
    const hints = hintStreams({
      url: theEmulator(),
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
  const endpoint = theEmulator();
  const parameters = ssmParameters({ call: targetCall('ssm'), endpoint });
  const told = await parameters.read(parametersOf({ name: validator }).socket);
  const { hostname, pathname } = new URL(told ?? '');
  const { port } = new URL(endpoint);
  return `ws://${hostname.split('.')[0]}.execute-api.localhost:${port}${pathname}`;
}

/** A validator that takes nothing more behind its first proposal. */
function silentAfterProposal(node: ValidatorNode): ValidatorNode {
  let isSilent = false;
  return {
    ...node,
    handle: async (request) => {
      if (isSilent) throw new UnreachableFault('the line is cut');
      isSilent = request.kind === 'propose';
      return await node.handle(request);
    },
  };
}

/** Carol uploads to alpha what she never publishes, and reaches nobody from then on. */
async function abandonUpload({ committee }: DeployedNetwork): Promise<void> {
  const uploaded = Promise.withResolvers<void>();
  const cut = async () => {
    await uploaded.promise;
    throw new UnreachableFault('the line is cut');
  };
  const validators = committee.validators.map(({ node }) => {
    if (node.name !== 'alpha') return { node: { ...node, handle: cut, uploadBlob: cut } };
    const uploadBlob: ValidatorNode['uploadBlob'] = async (chain, bytes) => {
      const taken = await node.uploadBlob(chain, bytes);
      uploaded.resolve();
      return taken.ok ? await cut() : taken;
    };
    return { node: { ...node, uploadBlob } };
  });
  const { client } = await openClient({ ...committee, validators }, ['carol'], newDevice());
  granted(await client.sync('carol'));
  refusedAs(await client.publishBlob({ chain: 'carol', content: testKeys.random(64) }));
  await client.close();
  await uploaded.promise;
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
      // Whoever publishes it again needs not send it again: it is looked at where it is.
      const chain = chainOf(network.committee, 'carol');
      const operations = [{ kind: 'publish-blob', blob: id } as const];
      granted(await client.execute({ chain, operations }));
    });
  },
};

const fetches: DeployedScenario = {
  name: 'a driver finishes what its validator voted for, from its peers, blobs and all',
  run: async (network) => {
    const alpha = await partsOf('alpha');
    const node = nodeOf(network, 'alpha');
    await abandonUpload(network);
    const cut = silentAfterProposal(node);
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
      await comesTrue(async () => {
        await invoke(alpha.driver, scheduleEvent);
        return await isStored(network, 'alpha', last);
      });
    });
  },
};

const forgets: DeployedScenario = {
  name: 'a connection that is gone without a word is forgotten when there is something to tell',
  run: async ({ committee }) => {
    const listeners = await listenersOf('alpha');
    const strangers = Array.from({ length: promptRecipientsMax + 1 }, newChain);
    const [stranger = newChain()] = strangers;
    await listeners.listen('gone=', [stranger]);
    await asOwner(committee, ['alice'], async ({ client }) => {
      const operations = transfersTo(strangers);
      granted(await client.execute({ chain: chainOf(committee, 'alice'), operations }));
    });
    await comesTrue(async () => {
      const left = await listeners.listenersOf(stranger, systemClock.now());
      return left.length === 0;
    });
  },
};

/** Who listens, as a test reads and writes it behind the validator's back. */
async function listenersOf(validator: string): Promise<Listeners> {
  const resources = await stackResources(`${validator}-Compute`);
  const found = resources.find(({ type }) => type === 'AWS::DynamoDB::Table');
  assert.ok(found);
  return tableListeners({ client: tablesClient(), table: found.physicalId, clock: systemClock });
}

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
