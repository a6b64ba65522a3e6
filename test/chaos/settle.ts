import { setTimeout as sleep } from 'node:timers/promises';
import { parseAmount } from '#client/amount.ts';
import { confirmedPayload } from '#protocol/block/certificate.ts';
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
  const done: Acknowledged[] = [];
  const names = chains.map(({ name }) => name);
  for (const name of names) {
    await untilDone(home, ['retry-pending', name], ['nothing-pending', 'conflict']);
  }
  for (const [index, name] of names.entries()) {
    const next = names[(index + 1) % names.length] ?? name;
    const args = ['transfer', '0.001', '--from', name, '--to', next];
    done.push(...(await untilDone(home, args, ['insufficient-balance'])));
  }
  for (const name of names) {
    for (let block = 0; block < triesMax; block++) {
      const taken = await untilDone(home, ['process-inbox', name], ['inbox-empty']);
      done.push(...taken);
      if (taken.length === 0) break;
    }
  }
  return done;
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

/** Tokens in accounts and on their way to them. */
export async function supplyOf(home: string, chains: Chains): Promise<string> {
  let sum = 0n;
  for (const { name } of chains) {
    const balance = (await runCommand(home, ['balance', name])) as Readonly<Record<string, string>>;
    for (const text of [balance.confirmed, balance.incoming]) {
      const parsed = parseAmount(text ?? '');
      if (!parsed.ok) throw new Error(`${name} has ${text}`);
      sum += parsed.value;
    }
  }
  return amountText(amount(sum));
}

/** How many acknowledged blocks some validator does not have. */
export async function countLost(
  validators: readonly ChaosValidator[],
  acknowledged: readonly Acknowledged[],
): Promise<number> {
  let lost = 0;
  for (const { chain, height, hash } of acknowledged) {
    const hashes = await Promise.all(
      validators.map(async ({ node }) => {
        const blocks = await node.blocks(idOf({ id: chain }), blockHeight(height), 1);
        return blocks.ok ? blocks.value[0]?.block.hash : undefined;
      }),
    );
    if (hashes.some((one) => one !== hash)) lost += 1;
  }
  return lost;
}

/** The votes in the certificates that a validator keeps. */
export async function certifiedVotes(
  { node }: ChaosValidator,
  chains: Chains,
  keys: readonly Vote['publicKey'][],
): Promise<readonly Vote[]> {
  const votes: Vote[] = [];
  for (const chain of chains) {
    for (let from = 0n; ; ) {
      const page = await node.blocks(idOf(chain), blockHeight(from), 100);
      if (!page.ok || page.value.length === 0) break;
      for (const { certificate } of page.value) {
        for (const { seat, opening, signature } of certificate.signatures) {
          const publicKey = keys[seat];
          const payload = confirmedPayload(certificate, opening);
          if (publicKey) votes.push({ payload, publicKey, signature });
        }
      }
      from += BigInt(page.value.length);
    }
  }
  return votes;
}

function idOf({ id }: { readonly id: string }): ChainId {
  const chain = chainIdFromText(id);
  if (!chain) throw new Error(`${id} is no chain`);
  return chain;
}
