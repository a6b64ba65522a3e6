import { UnreachableFault, type ValidatorNode } from '#ports/validator-node.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

/** The peers, and those of them that have not answered since it began. */
export interface Run {
  readonly peers: readonly ValidatorNode[];
  readonly silent: Set<ValidatorNode>;
}

/**
 * The answers of those peers that gave one. Peers that were silent are left alone, and whoever is
 * silent now becomes one of them: waiting for it again and again would hold up everything else.
 */
export async function askAll<T>(
  peers: readonly ValidatorNode[],
  ask: (peer: ValidatorNode) => Promise<Answer<T>>,
  silent: Set<ValidatorNode>,
): Promise<readonly (readonly [ValidatorNode, T])[]> {
  const asked = peers.filter((peer) => !silent.has(peer));
  const answers = await Promise.all(asked.map((peer) => askOne(peer, ask, silent)));
  return answers.flatMap((answer) => (answer ? [answer] : []));
}

/** Asks for the reply to a request. */
export function answerTo(request: ChainRequest) {
  return async (peer: ValidatorNode) => ({ ok: true, value: await peer.handle(request) }) as const;
}

async function askOne<T>(
  peer: ValidatorNode,
  ask: (peer: ValidatorNode) => Promise<Answer<T>>,
  silent: Set<ValidatorNode>,
): Promise<readonly [ValidatorNode, T] | undefined> {
  try {
    const answer = await ask(peer);
    return answer.ok ? [peer, answer.value] : undefined;
  } catch (error) {
    if (!(error instanceof UnreachableFault)) throw error;
    silent.add(peer);
    return undefined;
  }
}
