import type { Guard } from './guard.ts';

const chain = 'shared/protocol/chain';
const worker = 'shared/worker/waiting-changes.test.ts';

/** What a head that holds proposals and changes of a state rests on. */
export const stateGuards: readonly Guard[] = [
  {
    name: 'a state is opened with the changes that wait in the head',
    file: `${chain}/open-chain.ts`,
    text: 'openState(baseNode, { read }, changes)',
    without: 'openState(baseNode, { read }, [])',
    tests: [worker],
  },
  {
    name: 'changes wait whole until they are stored',
    file: `${chain}/state-ref.ts`,
    text: 'return { state: { root, base: before.base, changes }, nodes: noNodes };',
    without:
      'return { state: { root, base: before.base, changes: changes.slice(1) }, nodes: noNodes };',
    tests: [`${chain}/state-ref.test.ts`],
  },
  {
    name: 'a new base is stored with all its nodes',
    file: `${chain}/state-ref.ts`,
    text: 'nodes: outside(base, tree.written),',
    without: 'nodes: noNodes,',
    tests: [`${chain}/state-ref.test.ts`],
  },
  {
    name: 'a noted state is kept alike by all workers',
    file: `${chain}/state-ref.ts`,
    text: 'insideHead(before, commit, changesBytesMax.fast) ?? storedState(commit);',
    without: 'keptState(before, commit, changesBytesMax.fast);',
    tests: [`${chain}/state-ref.test.ts`],
  },
  {
    name: 'an execution is used over the base that it was made over',
    file: `${chain}/decide-confirmed.ts`,
    text: 'if (before && equalBytes(before.state.base, chain.view.base)) {',
    without: 'if (before) {',
    tests: [worker],
  },
  {
    name: 'what is told of a state was read, however the state is kept',
    file: `${chain}/decide-confirmed.ts`,
    text: 'if (view.missing.size > 0) return needsPieces(view.missing);',
    without: '',
    tests: ['shared/worker/told-infos.test.ts'],
  },
  {
    name: 'a locked proposal that leaves the head is stored',
    file: 'shared/protocol/manager/propose.ts',
    text: 'const pieces = [...beside(bytes), ...left, ...openings];',
    without: 'const pieces = [...beside(bytes), ...openings];',
    tests: ['shared/protocol/manager/accept-proposal.test.ts'],
  },
];
