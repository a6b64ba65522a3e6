import { setTimeout as sleep } from 'node:timers/promises';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { blobIdFromText } from '#protocol/block/blob.ts';
import { confirmedPayload } from '#protocol/block/certificate.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Vote } from '#protocol/block/vote.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { type Acknowledged, answersIn } from './answers.ts';
import { errorKind, type Finished, startCommand } from './command-process.ts';

/** A validator that is asked what it has. */
interface Asked {
  readonly node: ValidatorNode;
}

const triesMax = 20;
/** Commands at once. */
const lanes = 4;
const agreeMsMax = 60_000;

/** Finishes what is pending, moves a token on every chain, and takes everything that arrived. */
export async function settle(
  home: string,
  names: readonly string[],
): Promise<readonly Acknowledged[]> {
  const onAll = async (work: (name: string) => Promise<readonly Acknowledged[]>) =>
    await inLanes(names, work);
  const finished = await onAll((name) => untilDone(home, name, ['retry-pending', name]));
  const moved = await onAll((name) => {
    const next = names[(names.indexOf(name) + 1) % names.length] ?? name;
    return untilDone(home, name, ['transfer', '0.001', '--from', name, '--to', next]);
  });
  const taken = await onAll((name) => takeAll(home, name));
  return [...finished, ...moved, ...taken];
}

async function inLanes<T>(
  names: readonly string[],
  work: (name: string) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const done: T[] = [];
  let next = 0;
  async function lane(): Promise<void> {
    for (let name = names[next++]; name !== undefined; name = names[next++]) {
      done.push(...(await work(name)));
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane));
  return done;
}

async function takeAll(home: string, name: string): Promise<readonly Acknowledged[]> {
  const blocks: Acknowledged[] = [];
  for (let block = 0; block < triesMax; block++) {
    const taken = await untilDone(home, name, ['process-inbox', name]);
    if (taken.length === 0) break;
    blocks.push(...taken);
  }
  return blocks;
}

/** With these there is nothing to do, or nothing to do any more. */
const nothing: ReadonlySet<string> = new Set([
  'nothing-pending',
  'conflict',
  'chain-closed',
  'insufficient-balance',
  'inbox-empty',
]);

/** Repeats a command about a chain until it is done. */
async function untilDone(
  home: string,
  chain: string,
  args: readonly string[],
): Promise<readonly Acknowledged[]> {
  let last: Finished | undefined;
  for (let attempt = 0; attempt < triesMax; attempt++) {
    last = await startCommand(home, [...args, '--json']).finished;
    if (last.code === 0) return answersIn(last).flatMap(({ blocks }) => blocks);
    const kind = errorKind(last);
    if (nothing.has(kind)) return [];
    if (kind === 'block-pending') await startCommand(home, ['retry-pending', chain]).finished;
    await sleep(200);
  }
  throw new Error(`weft ${args.join(' ')} is never done: ${last?.stderr}`);
}

/** Waits until all validators are at the same blocks. */
export async function untilAgreed(
  validators: readonly Asked[],
  chains: readonly ChainId[],
): Promise<void> {
  const end = performance.now() + agreeMsMax;
  let tips: readonly string[] = [];
  while (performance.now() < end) {
    tips = await Promise.all(validators.map((validator) => tipsOf(validator, chains)));
    if (new Set(tips).size === 1) return;
    await sleep(200);
  }
  throw new Error(`validators do not agree: ${tips.join(' / ')}`);
}

async function tipsOf({ node }: Asked, chains: readonly ChainId[]): Promise<string> {
  const tips: string[] = [];
  for (const chain of chains) {
    const info = await node.info(chain, { ownership: false, pending: false });
    tips.push(info.ok ? `${info.value.next} ${info.value.tip}` : info.error.kind);
  }
  return tips.join(', ');
}

/** All blocks that a validator keeps of these chains. */
export async function blocksOf(
  { node }: Asked,
  chains: readonly ChainId[],
): Promise<readonly CertifiedBlock[]> {
  const blocks: CertifiedBlock[] = [];
  for (const chain of chains) {
    for (let from = 0n; ; ) {
      const page = await node.blocks(chain, blockHeight(from), 100);
      if (!page.ok || page.value.length === 0) break;
      blocks.push(...page.value);
      from += BigInt(page.value.length);
    }
  }
  return blocks;
}

/** How many acknowledged blocks are not among a validator's. */
export function countLost(
  blocks: readonly CertifiedBlock[],
  acknowledged: readonly Acknowledged[],
): number {
  const kept = new Set(blocks.map(({ block: { hash, header } }) => blockText({ ...header, hash })));
  return acknowledged.filter((one) => !kept.has(blockText(one))).length;
}

/** How many of the blobs that were published a validator does not give. */
export async function countUnread({ node }: Asked, blobs: readonly string[]): Promise<number> {
  let unread = 0;
  for (const text of blobs) {
    const id = blobIdFromText(text);
    if (!id || !(await node.blob(id)).ok) unread += 1;
  }
  return unread;
}

function blockText({ chain, height, hash }: Acknowledged): string {
  return `${hash} at ${height} of ${chain}`;
}

/** The votes in the certificates of blocks; `keys` are by seat. */
export function certifiedVotes(
  blocks: readonly CertifiedBlock[],
  keys: readonly Vote['publicKey'][],
): readonly Vote[] {
  return blocks.flatMap(({ certificate }) =>
    certificate.signatures.flatMap(({ seat, opening, signature }) => {
      const publicKey = keys[seat];
      const payload = confirmedPayload(certificate, opening);
      return publicKey ? [{ payload, publicKey, signature }] : [];
    }),
  );
}
