import type { ChainRequest } from '#protocol/chain/requests.ts';
import { pipelined } from '#test/support/block-costs.ts';
import { type TestValidator, testCommittee } from '#test/support/committee.ts';
import { confirm, pay, proposeRequest, send, take } from '#test/support/drive.ts';
import { forged } from '#test/support/forgery.ts';
import { openedChild } from '#test/support/publishing.ts';
import { accepted, cast, confirmedRequest, proposed } from '#test/support/requests.ts';
import type { Flow } from './script.ts';

type Confirmed = Awaited<ReturnType<typeof confirm>>;

/** Alice's payments to bob and carol in turn, of which the last validator knows nothing. */
async function away(count: number) {
  const committee = testCommittee();
  const { alice, bob, carol, validators } = cast(committee);
  const others = { validators: validators.slice(0, 3) };
  const blocks: Confirmed[] = [];
  for (let at = 0; at < count; at++) {
    const to = at % 2 === 0 ? bob : carol;
    blocks.push(await confirm(committee, alice, [pay(to.chain, BigInt(at + 1))], others));
  }
  const requests = blocks.map(({ certificate, block }) => confirmedRequest(certificate, block));
  return { committee, alice, bob, carol, blocks, requests, others, late: validators[3] };
}

/** Whoever finds it behind sends it all again: a stored block that it did not go on with follows. */
async function repair(late: TestValidator, requests: readonly ChainRequest[]): Promise<void> {
  for (const request of requests) await accepted(late, request);
}

const backwards: Flow = {
  name: 'blocks come in the wrong order, above gaps',
  async play({ begin }) {
    const { committee, requests, late } = await away(4);
    begin(committee, late);
    for (const request of requests.toReversed()) await accepted(late, request);
    await repair(late, requests);
  },
};

const inOneRun: Flow = {
  name: 'a run of blocks comes at once, and closes a gap',
  async play({ begin }) {
    const { committee, blocks, requests, late } = await away(5);
    begin(committee, late);
    await accepted(late, requests[4] as ChainRequest);
    const [first, ...more] = blocks.slice(0, 4).map(({ block, certificate }) => ({
      body: { proposed: block.proposed, outcome: block.outcome },
      certificate,
    }));
    if (first) await accepted(late, { kind: 'confirmed-run', first, more });
    await repair(late, requests);
  },
};

const anticipated: Flow = {
  name: 'a bundle is taken before it arrives, and then arrives',
  async play({ begin }) {
    const { committee, bob, blocks, requests, others, late } = await away(3);
    const bundles = [blocks[0], blocks[2]].flatMap((one) =>
      one ? take(one.block, bob.chain) : [],
    );
    const taken = await confirm(committee, bob, bundles, others);
    begin(committee, late);
    await accepted(late, confirmedRequest(taken.certificate, taken.block));
    for (const request of requests) await accepted(late, request);
  },
};

const repaired: Flow = {
  name: 'a validator that is behind is brought what it lacks, and votes',
  async play({ begin }) {
    const { committee, alice, bob, blocks, requests, late } = await away(2);
    begin(committee, late);
    const bundles = blocks.flatMap(({ block }) => take(block, bob.chain));
    const taking = await proposed(committee, bob, bundles);
    await send(late, proposeRequest(taking.proposal));
    const paying = await proposed(committee, alice, [pay(bob.chain, 9n)]);
    await send(late, proposeRequest(paying.proposal));
    for (const request of requests) await accepted(late, request);
    await accepted(late, proposeRequest(taking.proposal));
    await accepted(late, proposeRequest(paying.proposal));
  },
};

const unheardOf: Flow = {
  name: 'a validator has not heard of a chain that was opened',
  async play({ begin }) {
    const committee = testCommittee();
    const { alice, bob, carol, validators } = cast(committee);
    const late = validators[3];
    begin(committee, late);
    const known = { ...committee, validators: validators.slice(0, 3) };
    const { child, opened } = await openedChild(known, alice, { signer: bob.signer });
    const sent = await confirm(known, carol, [pay(child.chain, 5n)]);
    const paid = await confirm(known, child, take(sent.block, child.chain));
    await send(late, confirmedRequest(paid.certificate, paid.block));
    for (const { certificate, block } of [sent, opened, paid]) {
      await accepted(late, confirmedRequest(certificate, block));
    }
  },
};

const inAPipe: Flow = {
  name: 'fast blocks travel with the certificate of the one before',
  async play({ begin }) {
    const committee = testCommittee();
    const { alice, bob, carol, validators } = cast(committee);
    const pipe = { committee, payer: alice, payee: bob };
    begin(committee, validators[3]);
    const first = await pipelined(pipe, undefined, [pay(bob.chain, 1n)]);
    const second = await pipelined(pipe, first, [pay(carol.chain, 2n), pay(bob.chain, 3n)]);
    await accepted(validators[3], confirmedRequest(second));
  },
};

/** Alice and more than a third of the votes lie: two of her blocks are certified at one height. */
function forked(name: string, first: 'sent' | 'taken'): Flow {
  return {
    name,
    async play({ begin }) {
      const committee = testCommittee();
      const { alice, bob, carol, validators } = cast(committee);
      const one = await forged(committee, alice, [pay(bob.chain, 1n)]);
      const two = await forged(committee, alice, [pay(bob.chain, 2n)]);
      const taking = await forged(committee, bob, take(two.block, bob.chain));
      const [victim] = validators;
      begin(committee, victim);
      const both = [one.request, taking.request];
      for (const request of first === 'sent' ? both : both.toReversed())
        await send(victim, request);
      await confirm(committee, carol, [pay(alice.chain, 1n)]);
    },
  };
}

/** What brings a validator what it missed. */
export const flowsOfRepairs: readonly Flow[] = [
  backwards,
  inOneRun,
  anticipated,
  repaired,
  unheardOf,
  inAPipe,
  forked('a bundle of another block than arrived is taken, and the chain is quarantined', 'sent'),
  forked('another block arrives than was taken, and the chain is quarantined', 'taken'),
];
