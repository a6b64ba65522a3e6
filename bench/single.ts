import { localValidator } from '#api/local-validator.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { fastRound } from '#protocol/block/round.ts';
import { type ChainRequest, chainReplyCodec, chainRequestCodec } from '#protocol/chain/requests.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import type { Committee } from './support/committee.ts';
import { withCommittee } from './support/load.ts';
import { withSpeed } from './support/machine.ts';
import { perCpuSecond, repeatFor, type Spent, sum } from './support/measure.ts';
import { type BenchNetwork, benchNetwork, transfers } from './support/network.ts';
import type { Question } from './support/question.ts';
import { rate } from './support/report.ts';
import { confirmBlock, senderTo, settle } from './support/sender.ts';

/** One validator, asked what was signed before; no certificate has its own vote. */
export const single: Question = {
  name: 'single',
  asks: 'Proposals and certificates that one validator handles, durably, from bytes to bytes',
  async answer({ kind }) {
    const bench = benchNetwork(lanes);
    const waves = await recorded(bench, kind === 'quick' ? 8 : 24);
    const { value, speed } = await withSpeed(() => replay(bench, waves));
    const unit = (what: string) => `${what}/CPU-s`;
    const measured = perCpuSecond(value.proposals);
    const certified = perCpuSecond(value.certificates);
    const both = 1 / (1 / measured + 1 / certified);
    return [
      rate({ name: 'proposals', measured, unit: unit('proposals') }, speed),
      rate(
        {
          name: 'certificates of 3 votes',
          measured: certified,
          unit: unit('certificates'),
        },
        speed,
      ),
      rate({ name: 'both', measured: both, unit: unit('blocks') }, speed),
    ];
  },
};

const lanes = 64;
const setting = {
  transport: 'process',
  storage: 'memory',
  memo: true,
  signatures: 'ed25519',
} as const;

/** One block of each chain. */
interface Wave {
  readonly proposals: Uint8Array[];
  readonly certificates: Uint8Array[];
}

/** What the other validators were asked. */
function recorded(bench: BenchNetwork, count: number): Promise<readonly Wave[]> {
  return withCommittee(bench, setting, async (committee) => {
    let wave: Wave = { proposals: [], certificates: [] };
    const [, second, ...others] = committee.nodes;
    const recording: ValidatorNode = {
      ...second!,
      handle(request) {
        const list = request.kind === 'propose' ? wave.proposals : wave.certificates;
        list.push(encode(chainRequestCodec, request));
        return second!.handle(request);
      },
    };
    const sender = senderTo({ ...committee, nodes: [recording, ...others] }, bench, setting);
    const waves: Wave[] = [];
    for (let i = 0; i < count; i++) {
      wave = { proposals: [], certificates: [] };
      await Promise.all(
        bench.senders.map(async ({ chain }) => {
          const draft = { chain, round: fastRound, transactions: transfers(1) };
          await settle(sender, await confirmBlock(sender, draft));
        }),
      );
      waves.push(wave);
    }
    await committee.quiet();
    return waves;
  });
}

interface Replayed {
  readonly proposals: Spent;
  readonly certificates: Spent;
}

async function replay(bench: BenchNetwork, waves: readonly Wave[]): Promise<Replayed> {
  const durable = { ...setting, storage: 'sqlite', memo: false } as const;
  return await withCommittee(bench, durable, async (committee) => {
    const spent: { proposals: Spent[]; certificates: Spent[] } = {
      proposals: [],
      certificates: [],
    };
    for (const [index, { proposals, certificates }] of waves.entries()) {
      const proposing = await handleAll(committee, proposals);
      const certifying = await handleAll(committee, certificates);
      if (index < waves.length / 4) continue;
      spent.proposals.push(proposing);
      spent.certificates.push(certifying);
    }
    return { proposals: sum(spent.proposals), certificates: sum(spent.certificates) };
  });
}

/** The first validator's answers. */
function handleAll(committee: Committee, requests: readonly Uint8Array[]): Promise<Spent> {
  const [ports, { name, publicKey }] = [committee.ports[0]!, committee.nodes[0]!];
  const validator = localValidator(ports, { name, publicKey });
  return repeatFor({ warmUpMs: undefined, measureMs: 0 }, async () => {
    await Promise.all(requests.map((bytes) => handle(validator, bytes)));
    await committee.quiet();
    return requests.length;
  });
}

async function handle(validator: ValidatorNode, bytes: Uint8Array): Promise<Uint8Array> {
  const request = decode(chainRequestCodec, bytes);
  if (!request.ok) throw new Error(request.error.found);
  const reply = await validator.handle(request.value satisfies ChainRequest);
  if (reply.decided.kind === 'refused') throw new Error(reply.decided.refusal.kind);
  return encode(chainReplyCodec, reply);
}
