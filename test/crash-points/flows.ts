import { flowsOfBlocks } from './flows-of-blocks.ts';
import { flowsOfRepairs } from './flows-of-repairs.ts';
import { flowsOfRounds } from './flows-of-rounds.ts';
import type { Flow } from './script.ts';

/** Every kind of request and of operation, on the ways that they may take. */
export const flows: readonly Flow[] = [...flowsOfBlocks, ...flowsOfRounds, ...flowsOfRepairs];

/** Those of which two crashes are tried together. */
export const pairedFlows: readonly Flow[] = flows.filter(({ name }) =>
  [
    'a fast block pays one',
    'an envelope is taken in two parts',
    'a payment is refused, and comes back',
    'a lock gives way to a newer certificate',
    'a bundle is taken before it arrives, and then arrives',
    'fast blocks travel with the certificate of the one before',
  ].includes(name),
);
