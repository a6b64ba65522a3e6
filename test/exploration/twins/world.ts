import type { Candidate } from '#client/block/next-move.ts';
import {
  type ConfirmedCertificate,
  commitmentTo,
  type ValidatedCertificate,
} from '#protocol/block/certificate.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { answersOf } from '../height/answers.ts';
import { managerAtFirst } from '../height/decide.ts';
import { type Height, type Memory, newOwner, noMemory } from '../height/owner.ts';
import { type Node, newQuorum } from '../height/quorum.ts';
import { type Draft, settingOf } from '../height/setting.ts';
import { groupsIn, type Partition } from './partitions.ts';

/** Who begins: a super owner's device in the fast round, or devices of a regular owner. */
export type Lead = 'super' | 'multi-leader';

/** A committee of four, of which some are two nodes with one key that know nothing of each other. */
export interface Stage {
  readonly height: Height;
  /** By node: the key that it has. */
  readonly seats: readonly number[];
  /** By device: the block that it wants. All devices have the owner's key. */
  readonly drafts: readonly Draft[];
  /** Whether the first device begins with a fast proposal. */
  readonly isFast: boolean;
  /** Every certificate that was made in any world of it, by commitment. */
  readonly openings: Map<Hash, ValidatedCertificate>;
}

/** How far a scenario has come. */
export interface World {
  readonly nodes: readonly Node[];
  readonly devices: readonly Memory[];
  readonly confirmed: readonly ConfirmedCertificate[];
}

export function newStage(lead: Lead, seats: readonly number[]): Stage {
  const setting = settingOf(lead);
  const [own] = setting.drafts;
  if (!own) throw new Error('a chain has an owner');
  const { proposer } = own;
  const drafts = [...setting.values, own.block].map((block) => ({ block, proposer }));
  const height = { setting, answers: answersOf(setting) };
  return { height, seats, drafts, isFast: lead === 'super', openings: new Map() };
}

export function firstWorld({ height, seats, drafts }: Stage): World {
  const manager = managerAtFirst(height.setting);
  return {
    nodes: seats.map((seat) => ({ seat, manager })),
    devices: drafts.map(() => noMemory),
    confirmed: [],
  };
}

/** Moves that a device makes while the network is parted in one way. */
const movesMax = 3;

/**
 * The world after a while in which only those in one group hear of each other. Each group has a
 * device: the first goes with the first of the twins, the second with the other, if they are apart,
 * and the third with whom they leave.
 */
export function parted(stage: Stage, world: World, partition: Partition): World {
  const taken = new Set<number>();
  let after = world;
  for (const members of groupsIn(partition)) {
    const wanted = members.includes(0) ? 0 : members.includes(1) ? 1 : 2;
    const device = [wanted, 2, 1, 0].find((one) => !taken.has(one)) as number;
    taken.add(device);
    after = driven(stage, after, { members, device, movesMax });
  }
  return after;
}

/** Everybody hears of everybody again, and one device goes on. */
export function healed(stage: Stage, world: World, device: number): World {
  const members = [...world.nodes.keys()];
  return driven(stage, world, { members, device, movesMax: 24 });
}

interface Drive {
  readonly members: readonly number[];
  readonly device: number;
  readonly movesMax: number;
}

function driven(stage: Stage, world: World, { members, device, movesMax }: Drive): World {
  const { height, drafts, openings } = stage;
  const draft = drafts[device] as Draft;
  const owner = newOwner(height, draft, world.devices[device] as Memory, (certificate) => {
    openings.set(commitmentTo(certificate), certificate);
  });
  const quorum = newQuorum(
    height.setting,
    members.map((at) => world.nodes[at] as Node),
  );
  let confirmed: ConfirmedCertificate | undefined;
  for (let count = 0; count < movesMax && !confirmed; count++) {
    const first = firstProposal(stage, device, owner.memory());
    const move = first ? ({ kind: 'propose', ...first } as const) : owner.look(quorum);
    if (move.kind === 'stuck') break;
    confirmed = owner.make(quorum, move);
  }
  const nodes = [...world.nodes];
  for (const [index, at] of members.entries()) nodes[at] = quorum.nodes()[index] as Node;
  const devices = world.devices.map((one, at) => (at === device ? owner.memory() : one));
  return {
    nodes,
    devices,
    confirmed: confirmed ? [...world.confirmed, confirmed] : world.confirmed,
  };
}

/** The one device that may, begins with a fast proposal. */
function firstProposal(
  { drafts, isFast }: Stage,
  device: number,
  { attempted }: Memory,
): Candidate | undefined {
  const block = drafts[device]?.block;
  if (!isFast || device !== 0 || attempted.length > 0 || !block) return undefined;
  return { block, retry: { kind: 'none' }, round: fastRound };
}
