import type { ValidatorNode } from '#ports/validator-node.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import { readHead } from '#worker/read-state.ts';
import { answerOf } from './answer.ts';
import { isResting, paceOf } from './context.ts';
import type { Device } from './device.ts';
import { driveHeight } from './drive-height.ts';
import { applyHere, bringBlock, learnChain } from './repair.ts';
import { pause, pushBlocks } from './submit.ts';
import type { View } from './take-over.ts';

/** What a device does for as long as it lives. */
export async function live(device: Device): Promise<void> {
  const { phase } = device.context;
  const hinted = listen(device);
  for (;;) {
    await Promise.race([hinted(), pause(device, 0, 1_500 * paceOf(device.context))]);
    if (!(await learnChain(device, device.chain.chain))) continue;
    const { views, head } = await lookAround(device);
    if (views.length < device.nodes.length - 1 || isResting(phase())) continue;
    await fetchInbox(device, device.context.random.pick(views));
    await driveHeight(
      device,
      head,
      views.filter(({ info }) => info.next === head.next),
    );
  }
}

/** Waits for a hint of some validator; some devices listen to none. */
function listen({ context, nodes, chain }: Device): () => Promise<void> {
  let heard = Promise.withResolvers<void>();
  const wake = () => heard.resolve();
  const node = context.random.chance(0.5) ? context.random.pick(nodes) : undefined;
  node?.subscribe(new Set([chain.chain]), { onNotification: wake, onReset: wake });
  return () => {
    heard = Promise.withResolvers<void>();
    return heard.promise;
  };
}

/** Downloads what is new to the device, and sends validators what is new to them. */
export async function lookAround(
  device: Device,
): Promise<{ readonly views: readonly View[]; readonly head: ChainHead }> {
  const { views, ignorant } = await askAll(device);
  const head = await headOf(device);
  const ahead = views.find(({ info }) => info.next > head.next);
  if (ahead) await download(device, ahead, head);
  if (ignorant.length > 0) device.context.reach('a validator did not know of a chain yet');
  const behind = views.filter(({ info }) => info.next < head.next).map(({ node }) => node);
  for (const node of [...behind, ...ignorant]) {
    pushBlocks(device, node, head.chain).catch(device.context.scheduler.fail);
  }
  return { views, head: await headOf(device) };
}

async function headOf({ ports, chain }: Device): Promise<ChainHead> {
  const head = await readHead(ports, chain.chain);
  if (!head) throw new Error('a device knows its own chain');
  return head;
}

/** What those validators say that answer, and which do not know of the chain. */
async function askAll({ nodes, chain }: Device) {
  const flags = { ownership: false, pending: true };
  const ignorant: ValidatorNode[] = [];
  const views = await Promise.all(
    nodes.map(async (node) => {
      const info = await answerOf(node.info(chain.chain, flags));
      if (info?.ok === false) ignorant.push(node);
      return info?.ok ? [{ node, info: info.value }] : [];
    }),
  );
  return { views: views.flat(), ignorant };
}

async function download(device: Device, { node }: View, head: ChainHead): Promise<void> {
  const blocks = await answerOf(node.blocks(head.chain, head.next, 20));
  if (!blocks?.ok) return;
  for (const certified of blocks.value) {
    if (await applyHere(device, certified)) return;
  }
}

/** Brings the sender blocks of waiting bundles to the device's own node, which checks them. */
export async function fetchInbox(device: Device, { node }: View): Promise<void> {
  const page = await answerOf(node.pendingBundles(device.chain.chain, undefined, 30));
  if (!page?.ok) return;
  for (const { origin: chain, height } of page.value.items) {
    await bringBlock(device, { chain, height });
  }
}
