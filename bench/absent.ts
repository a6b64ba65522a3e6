import { httpValidator } from '#adapters/http/client.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { Committee } from './support/committee.ts';
import { withCommittee } from './support/load.ts';
import { percentile } from './support/measure.ts';
import { type BenchNetwork, benchNetwork } from './support/network.ts';
import type { Pace, Question } from './support/question.ts';
import {
  openRealClient,
  type RealClient,
  type TransferTime,
  timedTransfer,
} from './support/real-client.ts';
import { atMost, plain, type Result } from './support/report.ts';

/** Clients that know different validators take turns, so that all meet the same machine. */
export const absent: Question = {
  name: 'absent',
  asks: 'What one dead or slow validator does to the time of a transfer',
  answer(pace) {
    const bench = benchNetwork(kinds.length + 1);
    const setting = {
      transport: 'http',
      storage: 'sqlite',
      memo: false,
      signatures: 'ed25519',
    } as const;
    return withCommittee(bench, setting, (committee) => compare(bench, committee, pace));
  },
};

const kinds = ['present', 'dead', 'slow'] as const;
type Kind = (typeof kinds)[number];

const slowMs = 300;

async function compare(
  bench: BenchNetwork,
  committee: Committee,
  { kind: pace }: Pace,
): Promise<readonly Result[]> {
  const clients = new Map<Kind, RealClient>();
  for (const [index, kind] of kinds.entries()) {
    const chains = [bench.senders[index]!];
    const nodes = nodesWith(kind, committee.nodes);
    const place = { folder: committee.folder, name: kind, nodes, chains };
    clients.set(kind, await openRealClient(bench, place));
  }
  const to = bench.senders.at(-1)!.chain;
  const times = new Map<Kind, TransferTime[]>(kinds.map((kind) => [kind, []]));
  const [warmUp, measured] = pace === 'quick' ? [10, 30] : [50, 250];
  for (let i = 0; i < warmUp + measured; i++) {
    for (const [index, kind] of kinds.entries()) {
      const ends = { from: bench.senders[index]!.name, to };
      const taken = await timedTransfer(clients.get(kind)!.client, ends);
      await committee.quiet();
      if (i >= warmUp) times.get(kind)!.push(taken);
    }
  }
  for (const { close } of clients.values()) await close();
  return resultsOf((kind, phase) =>
    percentile(
      times.get(kind)!.map((one) => one[phase]),
      0.5,
    ),
  );
}

function resultsOf(median: (kind: Kind, phase: keyof TransferTime) => number): Result[] {
  const phases = ['certified', 'delivered'] as const;
  return phases.flatMap((phase) => [
    plain({ name: `${phase}, all present, p50`, measured: median('present', phase), unit: 'ms' }),
    ...(['dead', 'slow'] as const).map((kind) =>
      plain({
        name: `${phase}, one ${kind}: p50 to that`,
        measured: median(kind, phase) / median('present', phase),
        unit: 'ratio',
        ...(phase === 'certified' && { bar: atMost(1.2) }),
      }),
    ),
  ]);
}

function nodesWith(kind: Kind, nodes: readonly ValidatorNode[]): readonly ValidatorNode[] {
  const [first, ...others] = nodes;
  switch (kind) {
    case 'present':
      return nodes;
    case 'dead':
      return [unreachable(first!), ...others];
    case 'slow':
      return [slowed(first!), ...others];
  }
}

/** At a port where nobody listens. */
function unreachable({ name, publicKey }: ValidatorNode): ValidatorNode {
  return httpValidator({ url: 'http://127.0.0.1:1', name, publicKey });
}

function slowed(node: ValidatorNode): ValidatorNode {
  const late = async <T>(answer: Promise<T>) => {
    await new Promise((done) => setTimeout(done, slowMs));
    return await answer;
  };
  return {
    name: node.name,
    publicKey: node.publicKey,
    handle: (request) => late(node.handle(request)),
    info: (chain, flags) => late(node.info(chain, flags)),
    blocks: (chain, from, limit) => late(node.blocks(chain, from, limit)),
    openings: (chain, height, commitment) => late(node.openings(chain, height, commitment)),
    pendingBundles: (chain, cursor, limit) => late(node.pendingBundles(chain, cursor, limit)),
    blob: (id) => late(node.blob(id)),
    blobState: (id) => late(node.blobState(id)),
    uploadBlob: (chain, bytes) => late(node.uploadBlob(chain, bytes)),
    heldBlob: (chain, id) => late(node.heldBlob(chain, id)),
    subscribe: node.subscribe,
  };
}
