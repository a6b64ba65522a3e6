import type { Bug } from './bug.ts';

const chain = 'shared/protocol/chain';

/** What is proposed, by whom, and what it rests on. */
export const proposalBugs: readonly Bug[] = [
  {
    name: 'a proposal needs no signature',
    file: `${chain}/decide-proposal.ts`,
    text: '  const signed = checkVerdicts(given.verdicts, checks.value.length);\n  if (!signed.ok) return refused(signed.error);\n',
    without: '',
  },
  {
    name: 'an owner signs for another',
    file: `${chain}/decide-proposal.ts`,
    text: 'if (signer && author && !isSameOwner(signer, author)) {',
    without: 'if (signer && author && !isSameOwner(signer, signer)) {',
  },
  {
    name: 'what the world answers goes into fast rounds',
    file: `${chain}/decide-proposal.ts`,
    text: "if (round.kind === 'fast' && answers > 0) {",
    without: "if (round.kind === 'fast' && answers < 0) {",
  },
  {
    name: 'a block stands on any other',
    file: `${chain}/check-tip.ts`,
    text: "if (parent !== head.tip) return refuse('wrong-parent', parent ?? 'none', head.tip ?? 'none');",
    without: '',
  },
  {
    name: 'a retry is of any block',
    file: `${chain}/decide-proposal.ts`,
    text: 'if (about.join() !== wanted.join()) {',
    without: 'if (about.length !== wanted.length) {',
  },
  {
    name: 'a fast retry needs no super owner',
    file: `${chain}/decide-proposal.ts`,
    text: 'return ok({ author, checks: [{ publicKey, message, signature }] });',
    without: 'return ok({ author, checks: message && signature ? [] : [] });',
  },
  {
    name: 'time falls from block to block',
    file: 'shared/protocol/execution/execute-block.ts',
    text: 'if (timestamp < earliest) {',
    without: 'if (timestamp < 0n) {',
  },
  {
    name: 'a vote rests on blobs that nobody holds',
    file: 'shared/worker/keep-blobs.ts',
    text: 'if (heldBlobs.length > 0 && !(await blobs.hold(chain, blockHeight(info.next), heldBlobs))) {',
    without:
      'if (heldBlobs.length < 0 && !(await blobs.hold(chain, blockHeight(info.next), heldBlobs))) {',
  },
  {
    name: 'a block is voted for without its blobs',
    file: `${chain}/blob-presence.ts`,
    text: 'if (lacked.length === 0) return undefined;',
    without: 'if (lacked.length >= 0) return undefined;',
  },
  {
    name: 'what a block publishes is not published',
    file: 'shared/worker/keep-blobs.ts',
    text: 'if (!block || published.length === 0) continue;',
    without: 'if (!block || published.length >= 0) continue;',
  },
];
