import type { Guard } from './guard.ts';

const block = 'shared/protocol/block';
const tests = ['test/replays/replays.test.ts', 'test/replays/whole.test.ts'];

/** What keeps a signature from counting where it was not given. */
export const replayGuards: readonly Guard[] = [
  {
    name: 'a vote names its epoch',
    file: `${block}/vote.ts`,
    text: '  epoch: epochCodec,\n  round: roundCodec,\n  value: voteValueCodec,',
    without: '  round: roundCodec,\n  value: voteValueCodec,',
    tests,
  },
  {
    name: 'a vote names its height',
    file: `${block}/vote.ts`,
    text: '  height: blockHeightCodec,\n',
    without: '',
    tests,
  },
  {
    name: 'a retry is signed with what it retries',
    file: `${block}/proposal.ts`,
    text: "retried: retry.kind === 'validated' ? commitmentTo(retry.certificate) : undefined,",
    without: 'retried: undefined,',
    tests,
  },
  {
    name: 'a timeout request names its round',
    file: `${block}/timeout-request.ts`,
    text: '{ network, chain, height, round });',
    without: "{ network, chain, height, round: { kind: 'fast' } });",
    tests,
  },
  {
    name: 'a claim is about the epoch at hand',
    file: 'client/block/check-claims.ts',
    text: ' && about.epoch === epoch',
    without: '',
    tests,
  },
  {
    name: 'a proof has valid signatures only',
    file: 'client/proof-file.ts',
    text: "verdicts.some((one) => one !== 'valid')",
    without: "verdicts.some((one) => one === 'undecided')",
    tests,
  },
  {
    name: 'a driver counts votes of the height at hand',
    file: 'shared/worker/finish-uncertified.ts',
    text: ' && payload.height === next',
    without: '',
    tests: ['shared/worker/finish-uncertified.test.ts'],
  },
];
