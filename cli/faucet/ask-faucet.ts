import * as z from 'zod/mini';
import { type ChainId, chainIdFromText } from '#protocol/block/chain-id.ts';
import { type AccountOwner, ownerText } from '#protocol/block/owner.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { fail } from '../failure.ts';

const answerMs = 60_000;
const answerBytesMax = 65_536;

const answerSchema = z.union([
  z.object({ schema: z.literal('weft.faucet-claim/1'), genesis: z.string(), chain: z.string() }),
  z.object({ error: z.object({ kind: z.string() }) }),
]);

/** What a faucet may say, told as our own words: nothing else of its answer is shown. */
const told = ['faucet-empty', 'faucet-busy', 'rate-limited', 'no-quorum'] as const;

export interface Claim {
  readonly url: string;
  readonly owner: AccountOwner;
  /** The network that the chain must be of. */
  readonly network: string;
}

/** Asks a faucet for the owner's chain. What it answers is still to be looked for on the network. */
export async function askFaucet({
  url,
  owner,
  network,
}: Claim): Promise<Result<ChainId, Rejection>> {
  const target = targetOf(url);
  if (target === undefined) return fail('invalid-argument', url, 'an http or https address');
  const text = await post(target, JSON.stringify({ owner: ownerText(owner) }));
  if (!text.ok) return text;
  const answer = parsed(text.value);
  if (answer === undefined) return fail('faucet-failed', 'another answer', 'that of a faucet');
  if ('error' in answer) {
    const kind = told.find((one) => one === answer.error.kind);
    if (kind === undefined) return fail('faucet-failed', 'a refusal', 'a chain');
    return { ok: false, error: { kind, found: 'the refusal of the faucet', expected: 'a chain' } };
  }
  const chain = chainIdFromText(answer.chain);
  if (chain === undefined) return fail('faucet-failed', 'no chain', 'the id of a chain');
  if (answer.genesis === network) return ok(chain);
  return fail('faucet-failed', 'a faucet of another network', network);
}

function targetOf(url: string): URL | undefined {
  const target = URL.parse('/claim', url);
  return target && /^https?:$/.test(target.protocol) ? target : undefined;
}

async function post(target: URL, body: string): Promise<Result<string, Rejection>> {
  try {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const signal = AbortSignal.timeout(answerMs);
    const reply = await fetch(target, { method: 'POST', headers, body, signal, redirect: 'error' });
    return await textOf(reply);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
    return fail('faucet-failed', `${target.origin}: ${code}`, 'an answer');
  }
}

async function textOf(reply: Response): Promise<Result<string, Rejection>> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of reply.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > answerBytesMax) {
      return fail('faucet-failed', 'a longer answer', `up to ${answerBytesMax} bytes`);
    }
  }
  return ok(text);
}

function parsed(text: string): z.infer<typeof answerSchema> | undefined {
  try {
    const answer = answerSchema.safeParse(JSON.parse(text));
    return answer.success ? answer.data : undefined;
  } catch {
    return undefined;
  }
}
