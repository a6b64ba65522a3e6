import type { Socket } from 'node:net';
import type { Signer } from '#ports/signer.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { Network } from '#protocol/chain/network.ts';
import type { Random } from '#test/simulation/random.ts';
import type { WireReply, WireRequest } from '#wire/exchange.ts';
import type { RouteName } from '#wire/routes.ts';

/** What a faulty validator has at hand, its real key among it. */
export interface Liar {
  /** How it would answer. */
  readonly honest: ValidatorNode;
  /** Another validator with the same key, which knows nothing of what this one does. */
  readonly twin: ValidatorNode;
  /** An honest validator. */
  readonly other: ValidatorNode;
  readonly network: Network;
  readonly signer: Signer;
  readonly random: Random;
}

/** A request whose route is known, and how it would be answered. */
export interface Asked {
  readonly route: RouteName | undefined;
  readonly request: WireRequest;
  honest(): Promise<WireReply>;
}

/** A way of being faulty. Each of its parts stands in place of the honest one. */
export interface Fault {
  readonly name: string;
  /** What it says; made anew for each validator with this fault. */
  readonly lie?: (liar: Liar) => Partial<ValidatorNode>;
  /** The replies it makes. What throws cuts the connection. */
  readonly answer?: (liar: Liar) => (asked: Asked) => Promise<WireReply>;
  /** What it does with the bytes of a connection; `serve` attends to it as usual. */
  readonly connect?: (socket: Socket, serve: () => Socket) => void;
}

/** What faulty validators do, in words. */
export function faultsText(faults: readonly Fault[]): string {
  return faults.map(({ name }) => name).join(' and one that ');
}

/** An answer that never comes. */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
