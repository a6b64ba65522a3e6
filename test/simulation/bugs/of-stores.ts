import type { Bug } from './bug.ts';

const worker = 'shared/worker';

/** Stores, what is owed, and who sees to it. */
export const storeBugs: readonly Bug[] = [
  {
    name: 'a fault of the store is taken for success',
    file: `${worker}/update-chain.ts`,
    text: 'await allDone([ports.chains.save(chain, version, write), signing]);',
    without:
      "await allDone([ports.chains.save(chain, version, write).catch(() => ({ kind: 'saved' as const })), signing]);",
  },
  {
    name: 'who lost a race decides on what was there before',
    file: `${worker}/update-chain.ts`,
    text: '    fetched.rows.clear();\n',
    without: '',
  },
  {
    name: 'what a sweep cannot read counts as delivered',
    file: `${worker}/sweep.ts`,
    text: 'if (!put?.isWhole) break;',
    without: '',
  },
  {
    name: 'a chain owes nothing though the sweep did not come to its end',
    file: `${worker}/sweep.ts`,
    text: "if (reached < head.next) return { delivered, state: 'owed' };",
    without: '',
  },
  {
    name: 'a sweep raises a mark too far',
    file: `${worker}/sweep.ts`,
    text: 'if (reached > from) await ports.chains.raiseOwed(head.chain, reached);',
    without: 'await ports.chains.raiseOwed(head.chain, blockHeight(reached + 1n));',
  },
  {
    name: 'nobody marks what is owed',
    file: `${worker}/write-of.ts`,
    text: 'owed: head && owedMark({ head, saved, version, now }),',
    without: 'owed: version < 0 ? head && owedMark({ head, saved, version, now }) : undefined,',
  },
  {
    name: 'a mark is for the version that was there before',
    file: `${worker}/write-of.ts`,
    text: 'return { chain: head.chain, at: version + 1,',
    without: 'return { chain: head.chain, at: version,',
  },
  {
    name: 'the driver finishes nothing',
    file: `${worker}/finish-uncertified.ts`,
    text: 'if (await finishChain(ports, chain, run)) finished.push(chain);',
    without:
      'if (run.peers.length < 0 && (await finishChain(ports, chain, run))) finished.push(chain);',
  },
  {
    name: 'a block above a gap stays there',
    file: `${worker}/handle-request.ts`,
    text: 'await applySuccessors(ports, chain, next);',
    without: 'if (next < 0n) await applySuccessors(ports, chain, next);',
  },
  {
    name: 'state nodes are not saved',
    file: `${worker}/write-of.ts`,
    text: 'nodes: piecesFrom(new Map(steps.flatMap(({ nodes }) => [...nodes]))),',
    without: 'nodes: piecesFrom(new Map(steps.slice(1).flatMap(({ nodes }) => [...nodes]))),',
  },
  {
    name: 'proposals and certificates are not saved beside the head',
    file: `${worker}/write-of.ts`,
    text: 'pieces: steps.flatMap(({ pieces }) => pieces.map(pieceOf)),',
    without: 'pieces: steps.slice(1).flatMap(({ pieces }) => pieces.map(pieceOf)),',
  },
  {
    name: 'a later block takes the place of a stored one',
    file: 'shared/adapters/memory/write-chains.ts',
    text: 'record.blocks ??= new Map();',
    without: 'record.blocks = new Map();',
  },
];
