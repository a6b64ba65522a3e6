import { type CollectedCertificate, certificateFrom } from '#protocol/block/collect-votes.ts';
import type { VotePayload } from '#protocol/block/vote.ts';
import type { Manager } from '#protocol/manager/manager.ts';
import type { Decided } from './decide.ts';
import { type Setting, signature } from './setting.ts';

/** A validator that answers, or one of two that have its key. */
export interface Node {
  readonly seat: number;
  readonly manager: Manager;
}

type Ask = (manager: Manager) => Decided | undefined;

/** Validators that answer an owner, and the certificates that their answers make. */
export interface Quorum {
  nodes(): readonly Node[];
  /** Whether the last question got no vote of the node. */
  hasFailed(at: number): boolean;
  send(ask: Ask): void;
  ask(ask: Ask): CollectedCertificate | undefined;
  collect(vote: (manager: Manager) => VotePayload | undefined): CollectedCertificate | undefined;
}

export function newQuorum({ committee }: Setting, from: readonly Node[]): Quorum {
  const nodes = [...from];
  let failed = nodes.map(() => false);

  function send(ask: Ask): readonly (VotePayload | undefined)[] {
    return nodes.map(({ seat, manager }, at) => {
      const decided = ask(manager);
      if (decided) nodes[at] = { seat, manager: decided.manager };
      return decided?.vote;
    });
  }

  function certificate(payloads: readonly (VotePayload | undefined)[]) {
    const votes = payloads.flatMap((payload, at) => {
      const seat = committee.seats[nodes[at]?.seat ?? -1];
      return payload && seat ? [{ payload, publicKey: seat.publicKey, signature }] : [];
    });
    return certificateFrom(votes, committee);
  }

  return {
    nodes: () => nodes,
    hasFailed: (at) => failed[at] ?? false,
    send,
    ask(ask) {
      const votes = send(ask);
      failed = votes.map((vote) => vote === undefined);
      return certificate(votes);
    },
    collect: (vote) => certificate(nodes.map(({ manager }) => vote(manager))),
  };
}
