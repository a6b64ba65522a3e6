import type { ChainRequest } from '#protocol/chain/requests.ts';
import { answerOf } from './answer.ts';
import { someMs, type WorldContext } from './context.ts';
import { forge } from './forgeries.ts';
import { nodeFor, type SimulatedValidator } from './network.ts';
import type { Process } from './scheduler.ts';

/** Somebody who owns nothing, hears everything, and tries what can be made of it. */
export function startStranger(
  context: WorldContext,
  validators: readonly SimulatedValidator[],
): void {
  const { scheduler, random, nature, population, traffic, reach } = context;
  const process: Process = { name: 'stranger', isAlive: true, isStranger: true };
  const nodes = validators.map((one) => nodeFor(context, process, one));

  async function mischief(): Promise<void> {
    const heard = traffic.requests();
    if (heard.length === 0) return;
    const tools = { random, traffic, chains: population.chains() };
    const [elsewhere] = traffic.elsewhere();
    const request: ChainRequest =
      elsewhere && random.chance(0.15)
        ? { kind: 'propose', proposal: elsewhere, previous: undefined, hints: [] }
        : forge(tools, random.pick(random.chance(0.7) ? traffic.recent() : heard));
    const some = nodes.filter(() => random.chance(0.6));
    const answers = await Promise.all(some.map((node) => answerOf(node.handle(request))));
    for (const answer of answers) {
      if (answer?.decided.kind !== 'refused') continue;
      const { kind } = answer.decided.refusal;
      if (kind === 'not-a-quorum') reach('too few signatures were refused');
      if (kind === 'invalid-signature') reach('a signature of nobody was refused');
      if (kind === 'invalid-certificate') reach('a certificate out of shape was refused');
      if (kind === 'wrong-value') reach('another block than the certified one was refused');
    }
  }

  function act(): void {
    if (context.phase() !== 'chaos') return;
    scheduler.become(process);
    mischief().catch(scheduler.fail);
    plan();
  }

  function plan(): void {
    const ms = someMs(random, 0, 1_000) / context.faults().forge;
    scheduler.after(nature, ms, { label: 'a stranger tries something', act });
  }

  if (context.faults().forge > 0) plan();
}
