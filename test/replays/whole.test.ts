import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { restarted } from '#test/support/restarts.ts';
import { ofClients } from './of-clients.ts';
import { ofValidators } from './of-validators.ts';
import { type Change, type Dimension, dimensions, payloads } from './payloads.ts';
import { stageOf } from './stage.ts';
import { type ReplayVerifier, subjectOf } from './verifier.ts';

type Elsewhere = Extract<
  Dimension,
  "the chain's twin on another network" | 'chain' | 'epoch' | `the height ${string}`
>;
type Row = Readonly<Record<Elsewhere, string>>;

const ofProposal: Row = {
  "the chain's twin on another network": 'unknown-chain',
  chain: 'height-ahead',
  epoch: 'wrong-epoch',
  'the height before': 'height-passed',
  'the height after': 'height-ahead',
};
const ofConfirmed: Row = {
  "the chain's twin on another network": 'unknown-chain',
  chain: 'wrong-value',
  epoch: 'unknown-epoch',
  'the height before': 'accepted',
  'the height after': 'wrong-value',
};

/** How what was signed for another place is answered, offered as it is with the block at hand. */
const answers = {
  'a proposal': ofProposal,
  'a fast proposal': ofProposal,
  'a fast retry': ofProposal,
  'the first signature of a fast retry': ofProposal,
  'a retry with a certificate': ofProposal,
  'the certificate of a retry': ofProposal,
  'a validated certificate': ofProposal,
  'a validated certificate of a retry': ofProposal,
  'a confirmed certificate': ofConfirmed,
  'a fast confirmed certificate': ofConfirmed,
  'a certificate in a run': ofConfirmed,
  'a timeout certificate': ofProposal,
  // Nothing in it tells the epoch.
  'a timeout request': { ...ofProposal, epoch: 'accepted' },
  'a pipelined certificate': {
    ...ofConfirmed,
    "the chain's twin on another network": 'wrong-value',
  },
  'a driver that collects the votes of peers': everywhere('unfinished'),
  'a driver that collects votes to give up': everywhere('not given up'),
} satisfies Record<keyof typeof ofValidators, Row>;

function everywhere(answer: string): Row {
  const places = Object.keys(ofProposal) as readonly Elsewhere[];
  return Object.fromEntries(places.map((place) => [place, answer])) as Row;
}

/** What clients make of it, who ask about one height of one chain. */
const heard = {
  'a client that collects votes to validate': everywhere('other-vote'),
  'a client that collects votes to confirm': everywhere('other-vote'),
  'a client that collects votes to give up': everywhere('not given up'),
  "a client that hears of another's proposal": everywhere('unheard'),
  'a client that hears of a round given up': everywhere('unheard'),
  'a client that hears of a lock': everywhere('unheard'),
  'a client that hears of a fast proposal': everywhere('unheard'),
  "a wallet's node": ofConfirmed,
  'a proof file': everywhere('unproven-block'),
} satisfies Record<keyof typeof ofClients, Row>;

const twin = await stageOf(2);
const verifiers: Readonly<Record<string, ReplayVerifier>> = { ...ofValidators, ...ofClients };

for (const [name, row] of Object.entries<Row>({ ...answers, ...heard })) {
  const verifier = verifiers[name] as ReplayVerifier;
  for (const [elsewhere, expected] of Object.entries(row)) {
    test(`${name} (${elsewhere}) is answered '${expected}', and changes nothing`, async () => {
      const stage = (await verifier.stage?.()) ?? (await stageOf(1));
      const base = await subjectOf(stage, verifier.round);
      const change: Change = dimensions[elsewhere as Elsewhere];
      const moved = { ...base, ...change(stage, twin, base) };
      const validator = restarted(stage.committee, stage.validator);
      const before = validator.store.snapshot();
      const signature = await stage.key.sign(payloads[verifier.accepts].digest(moved));
      equal(await verifier.offer({ ...stage, validator }, moved, signature), expected);
      deepEqual(validator.store.snapshot(), before);
    });
  }
}
