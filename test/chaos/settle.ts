import { setTimeout as sleep } from 'node:timers/promises';
import { parseAmount } from '#client/amount.ts';
import { confirmedPayload } from '#protocol/block/certificate.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { type ChainId, chainIdFromText } from '#protocol/block/chain-id.ts';
import type { Vote } from '#protocol/block/vote.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import { amount, blockHeight } from '#protocol/primitives/numbers.ts';
import { errorKind, type Finished, runCommand, startCommand } from './command-process.ts';
import { type Acknowledged, blocksIn } from './traffic.ts';
import type { ChaosValidator, StartedNetwork } from './validators.ts';

type Chains = StartedNetwork['chains'];

const triesMax = 20;
const agreeMsMax = 60_000;

/** Finishes what is pending, moves a token on every chain, and takes everything that arrived. */
export async function settle(home: string, chains: Chains): Promise<readonly Acknowledged[]> {
  const names = chains.map(({ name }) => name);
  const onAll = async (work: (name: string) => Promise<readonly Acknowledged[]>) =>
    (await Promise.all(names.map(work))).flat();
  const finished = await onAll((name) =>
    untilDone(home, ['retry-pending', name], ['nothing-pending', 'conflict']),
  );
  const moved = await onAll((name) => {
    const next = names[(names.indexOf(name) + 1) % names.length] ?? name;
    const args = ['transfer', '0.001', '--from', name, '--to', next];
    return untilDone(home, args, ['insufficient-balance']);
  });
  const taken = await onAll((name) => takeAll(home, name));
  return [...finished, ...moved, ...taken];
}

async function takeAll(home: string, name: string): Promise<readonly Acknowledged[]> {
  const blocks: Acknowledged[] = [];
  for (let block = 0; block < triesMax; block++) {
    const taken = await untilDone(home, ['process-inbox', name], ['inbox-empty']);
    if (taken.length === 0) break;
    blocks.push(...taken);
  }
  return blocks;
}

/** Repeats a command until it is done, or there is nothing to do. */
async function untilDone(
  home: string,
  args: readonly string[],
  nothing: readonly string[],
): Promise<readonly Acknowledged[]> {
  let last: Finished | undefined;
  for (let attempt = 0; attempt < triesMax; attempt++) {
    last = await startCommand(home, [...args, '--json']).finished;
    if (last.code === 0) return blocksIn(last);
    const kind = errorKind(last);
    if (nothing.includes(kind)) return [];
    if (kind === 'block-pending')
      await startCommand(home, ['retry-pending', args[1] ?? '']).finished;
    await sleep(200);
  }
  throw new Error(`weft ${args.join(' ')} is never done: ${last?.stderr}`);
}

/** Waits until all validators are at the same blocks. */
export async function untilAgreed(
  validators: readonly ChaosValidator[],
  chains: Chains,
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

async function tipsOf({ node }: ChaosValidator, chains: Chains): Promise<string> {
  const tips: string[] = [];
  for (const chain of chains) {
    const info = await node.info(idOf(chain), { ownership: false, pending: false });
    tips.push(info.ok ? `${info.value.next} ${info.value.tip}` : info.error.kind);
  }
  return tips.join(', ');
}

interface Balance {
  readonly confirmed: string;
  readonly incoming: string;
}

/** Tokens in accounts and on their way to them. */
export async function supplyOf(home: string, chains: Chains): Promise<string> {
  const balances = await Promise.all(
    chains.map(({ name }) => runCommand(home, ['balance', name]) as Promise<Balance>),
  );
  let sum = 0n;
  for (const text of balances.flatMap(({ confirmed, incoming }) => [confirmed, incoming])) {
    const parsed = parseAmount(text);
    if (!parsed.ok) throw new Error(`a balance is ${text}`);
    sum += parsed.value;
  }
  return amountText(amount(sum));
}

/** All blocks that a validator keeps of these chains. */
export async function blocksOf(
  { node }: ChaosValidator,
  chains: Chains,
): Promise<readonly CertifiedBlock[]> {
  const blocks: CertifiedBlock[] = [];
  for (const chain of chains) {
    for (let from = 0n; ; ) {
      const page = await node.blocks(idOf(chain), blockHeight(from), 100);
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

function idOf({ id }: { readonly id: string }): ChainId {
  const chain = chainIdFromText(id);
  if (!chain) throw new Error(`${id} is no chain`);
  return chain;
}
