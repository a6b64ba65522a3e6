import { chainReplyCodec, chainRequestCodec } from '#protocol/chain/requests.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { handleRequest } from '#worker/handle-request.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { withCommittee } from './support/load.ts';
import { perCpuSecond, perWallSecond, type Spent } from './support/measure.ts';
import type { Question } from './support/question.ts';
import { type Recorded, recordRequests } from './support/recorded.ts';
import { atLeast } from './support/report.ts';

/** How much does one validator do that is sent signed requests? Its vote is in no certificate. */
export const oneValidator: Question = {
  name: 'one validator alone, fast rounds, requests signed beforehand',
  async ask({ isQuick }, found) {
    const chains = isQuick ? 16 : 64;
    const heights = isQuick ? 6 : 20;
    for (const transfers of [1, 100]) {
      const extent = { chains, heights: transfers === 1 ? heights : heights >> 2, transfers };
      const recorded = await recordRequests(extent);
      for (const storage of ['sqlite', 'memory'] as const) {
        const { proposals, certificates, blocks } = await replay(recorded, storage);
        const name = (what: string) => `${what} of ${transfers} transfers, ${storage}`;
        const isBarred = transfers === 1 && storage === 'memory';
        const unit = 'per CPU-second';
        const bars = (least: number) => (isBarred ? { bar: atLeast(least) } : {});
        const proposed = perCpuSecond(proposals);
        found({ name: name('proposals'), value: proposed, unit, ...bars(6_000) });
        const certified = perCpuSecond(certificates);
        found({ name: name('certificates'), value: certified, unit, ...bars(2_800) });
        const bar = transfers === 1 && storage === 'sqlite' ? { bar: atLeast(500) } : {};
        const value = perWallSecond(blocks);
        found({ name: name('blocks to catch up with'), value, unit: 'per second', ...bar });
      }
    }
  },
};

interface Replayed {
  readonly proposals: Spent;
  readonly certificates: Spent;
  readonly blocks: Spent;
}

/** The last validator gets what the first one got; its own votes are not in the certificates. */
async function replay(
  { bench, heights }: Recorded,
  storage: 'sqlite' | 'memory',
): Promise<Replayed> {
  const setting = { transport: 'process', storage, memo: false, signatures: 'ed25519' } as const;
  return await withCommittee(bench, setting, async ({ ports: [late, , , voter] }) => {
    if (voter === undefined || late === undefined) throw new Error('there are four validators');
    let proposals = nothing;
    let certificates = nothing;
    let blocks = nothing;
    const [warmUp, ...measured] = heights;
    if (warmUp === undefined) throw new Error('there are heights');
    for (const requests of [warmUp.proposals, warmUp.certificates]) await sendAll(voter, requests);
    await sendAll(late, warmUp.blocks);
    for (const height of measured) {
      proposals = sum(proposals, await sendAll(voter, height.proposals));
      certificates = sum(certificates, await sendAll(voter, height.certificates));
    }
    for (const height of measured) blocks = sum(blocks, await sendAll(late, height.blocks));
    return { proposals, certificates, blocks };
  });
}

/** All at the same time; from bytes to bytes. */
async function sendAll(ports: WorkerPorts, requests: readonly Uint8Array[]): Promise<Spent> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await Promise.all(requests.map((bytes) => sendOne(ports, bytes)));
  const { user, system } = process.cpuUsage(cpu);
  const wallSeconds = (performance.now() - start) / 1e3;
  return { count: requests.length, cpuSeconds: (user + system) / 1e6, wallSeconds };
}

async function sendOne(ports: WorkerPorts, bytes: Uint8Array): Promise<void> {
  const request = decode(chainRequestCodec, bytes);
  if (!request.ok) throw new Error(request.error.found);
  const reply = await handleRequest(ports, request.value);
  if (reply.decided.kind === 'refused') throw new Error(reply.decided.refusal.kind);
  encode(chainReplyCodec, reply);
}

const nothing: Spent = { count: 0, cpuSeconds: 0, wallSeconds: 0 };

function sum(a: Spent, b: Spent): Spent {
  return {
    count: a.count + b.count,
    cpuSeconds: a.cpuSeconds + b.cpuSeconds,
    wallSeconds: a.wallSeconds + b.wallSeconds,
  };
}
