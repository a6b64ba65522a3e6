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
  asks: 'What dead and slow validators do to the time of a transfer',
  async answer(pace) {
    return [
      ...(await compare({ validators: 4, kinds: ['present', 'dead', 'slow'] }, pace)),
      // Four have no quorum without the slow one.
      ...(await compare({ validators: 7, kinds: ['present', 'dead and slow'] }, pace)),
    ];
  },
};

type Kind = 'present' | 'dead' | 'slow' | 'dead and slow';

interface Comparison {
  readonly validators: number;
  readonly kinds: readonly Kind[];
}

const setting = {
  transport: 'http',
  storage: 'sqlite',
  memo: false,
  signatures: 'ed25519',
} as const;
const slowMs = 300;

function compare(comparison: Comparison, pace: Pace): Promise<readonly Result[]> {
  const { validators, kinds } = comparison;
  const bench = benchNetwork(kinds.length + 1, { validators });
  return withCommittee(bench, setting, async (committee) => {
    const times = await timesOf(bench, committee, { kinds, pace });
    const median = (kind: Kind, phase: keyof TransferTime) =>
      percentile(
        times.get(kind)!.map((one) => one[phase]),
        0.5,
      );
    return resultsOf(comparison, median);
  });
}

async function timesOf(
  bench: BenchNetwork,
  committee: Committee,
  { kinds, pace }: { readonly kinds: readonly Kind[]; readonly pace: Pace },
): Promise<ReadonlyMap<Kind, readonly TransferTime[]>> {
  const clients = new Map<Kind, RealClient>();
  for (const [index, kind] of kinds.entries()) {
    const chains = [bench.senders[index]!];
    const nodes = nodesWith(kind, committee.nodes);
    const place = { folder: committee.folder, name: kind, nodes, chains };
    clients.set(kind, await openRealClient(bench, place));
  }
  const to = bench.senders.at(-1)!.chain;
  const times = new Map<Kind, TransferTime[]>(kinds.map((kind) => [kind, []]));
  const [warmUp, measured] = pace.kind === 'quick' ? [10, 30] : [30, 150];
  for (let i = 0; i < warmUp + measured; i++) {
    for (const [index, kind] of kinds.entries()) {
      const ends = { from: bench.senders[index]!.name, to };
      const taken = await timedTransfer(clients.get(kind)!.client, ends);
      await committee.quiet();
      if (i >= warmUp) times.get(kind)!.push(taken);
    }
  }
  for (const { close } of clients.values()) await close();
  return times;
}

function resultsOf(
  { validators, kinds }: Comparison,
  median: (kind: Kind, phase: keyof TransferTime) => number,
): Result[] {
  const phases = ['certified', 'delivered'] as const;
  const [present, ...others] = kinds as readonly [Kind, ...Kind[]];
  return phases.flatMap((phase) => [
    plain({
      name: `${phase}, all ${validators} present, p50`,
      measured: median(present, phase),
      unit: 'ms',
    }),
    ...others.map((kind) =>
      plain({
        name: `${phase}, ${one(kind)} of ${validators}: p50 to that`,
        measured: median(kind, phase) / median(present, phase),
        unit: 'ratio',
        ...(phase === 'certified' && { bar: atMost(1.2) }),
      }),
    ),
  ]);
}

function one(kind: Kind): string {
  return kind === 'dead and slow' ? 'one dead and one slow' : `one ${kind}`;
}

function nodesWith(kind: Kind, nodes: readonly ValidatorNode[]): readonly ValidatorNode[] {
  const [first, second, ...others] = nodes;
  switch (kind) {
    case 'present':
      return nodes;
    case 'dead':
      return [unreachable(first!), second!, ...others];
    case 'slow':
      return [slowed(first!), second!, ...others];
    case 'dead and slow':
      return [unreachable(first!), slowed(second!), ...others];
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
