import type { Clock } from '#ports/clock.ts';
import type { Decision, DecisionContext, Given, Needs } from '#protocol/chain/decision.ts';
import { needsPieces, type OpenChain, openChain } from '#protocol/chain/open-chain.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { assert } from '#protocol/primitives/assert.ts';
import type { Timestamp } from '#protocol/primitives/numbers.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { type Fetched, fetchNeeds, givenFrom, wavesMax } from './fetch-needs.ts';
import type { WorkerPorts } from './ports.ts';

/** One decision about an open chain. */
export type Decide = (context: DecisionContext, chain: OpenChain, given: Given) => Decision;

/** A decision that lacks nothing and waits for nothing. */
type Final = Exclude<Decision, { kind: 'needs' } | { kind: 'not-before' }>;

interface Deciding {
  readonly decide: Decide;
  readonly fetched: Fetched;
  /** State nodes to be fetched once the signatures that are asked for proved to be valid. */
  readonly hints?: readonly Hash[];
}

/** Decides, fetches what that takes, and decides again from the start. */
export async function decideInWaves(
  ports: WorkerPorts,
  start: Parameters<typeof openChain>[0],
  { decide, fetched, hints = [] }: Deciding,
): Promise<Final> {
  let asked: Needs['signatures'] | undefined;
  let chain = openChain(start, fetched);
  for (let wave = 0; wave < wavesMax; wave++) {
    const verdicts = asked?.map(({ signature }) => fetched.verdicts.get(signature) ?? 'undecided');
    const known = fetched.pieces.size;
    const given = givenFrom(ports, fetched, verdicts);
    const decision = isOpen(chain) ? certain(chain, decide(contextOf(ports), chain, given)) : chain;
    switch (decision.kind) {
      case 'needs':
        if (decision.signatures.length > 0) asked = decision.signatures;
        await fetchNeeds(ports, start.head.chain, {
          needs: unverified(decision, fetched),
          fetched,
          hints,
        });
        if (fetched.pieces.size > known) chain = openChain(start, fetched);
        break;
      case 'not-before':
        // At most the grace, and nothing is held meanwhile: the fence decides who is first.
        await sleepUntil(ports.clock, decision.at);
        break;
      default:
        return decision;
    }
  }
  assert(false, 'a decision ends');
}

async function sleepUntil(clock: Clock, at: Timestamp): Promise<void> {
  const left = at - clock.now();
  if (left > 0n) await clock.sleep(duration(left));
}

/** Signatures keep their verdicts when a decision starts over, undecided ones apart. */
function unverified(needs: Needs, { verdicts }: Fetched): Needs {
  const signatures = needs.signatures.filter(({ signature }) => {
    const known = verdicts.get(signature);
    return known === undefined || known === 'undecided';
  });
  return { ...needs, signatures };
}

/** A decision that accepts tells of the chain as well: what that takes may have been missing. */
function certain({ view }: OpenChain, decision: Decision): Decision {
  return decision.kind === 'step' && view.missing.size > 0 ? needsPieces(view.missing) : decision;
}

function isOpen(chain: OpenChain | Needs): chain is OpenChain {
  return 'view' in chain;
}

export function contextOf({ network, clock, signer, tracks }: WorkerPorts): DecisionContext {
  return { network, now: clock.now(), votes: signer !== undefined, tracks };
}
