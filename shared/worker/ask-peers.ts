import { UnreachableFault, type ValidatorNode } from '#ports/validator-node.ts';

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

/** The answers of those peers that gave one. */
export async function askAll<T>(
  peers: readonly ValidatorNode[],
  ask: (peer: ValidatorNode) => Promise<Answer<T>>,
): Promise<readonly (readonly [ValidatorNode, T])[]> {
  const answers = await Promise.all(peers.map((peer) => askOne(peer, ask)));
  return answers.flatMap((answer) => (answer ? [answer] : []));
}

async function askOne<T>(
  peer: ValidatorNode,
  ask: (peer: ValidatorNode) => Promise<Answer<T>>,
): Promise<readonly [ValidatorNode, T] | undefined> {
  try {
    const answer = await ask(peer);
    return answer.ok ? [peer, answer.value] : undefined;
  } catch (error) {
    if (error instanceof UnreachableFault) return undefined;
    throw error;
  }
}
