import { multiLeader } from '#protocol/block/round.ts';
import { testCommittee } from './committee.ts';
import { pay } from './drive.ts';
import { accepted, cast, proposed, validate, validatedRequest } from './requests.ts';

/** Alice's two payments, of which the first is to be locked somewhere. */
export function contended() {
  const committee = testCommittee();
  const stage = cast(committee);
  const of = (tokens: bigint, number: number) =>
    proposed(committee, stage.alice, [pay(stage.bob.chain, tokens)], {
      round: multiLeader(number),
    });
  return { committee, ...stage, of, quorum: stage.validators.slice(0, 3) };
}

/** The last validator locked on the first block in multi-leader 0, and knows nothing else. */
export async function locked() {
  const stage = contended();
  const one = await stage.of(1n, 0);
  const certificate = await validate(stage.committee, stage.quorum, one.proposal);
  const [, , , validator] = stage.validators;
  await accepted(validator, validatedRequest(certificate, one.block));
  const retry = { kind: 'validated', certificate, outcome: one.block.outcome } as const;
  return { ...stage, one, certificate, retry, validator };
}
