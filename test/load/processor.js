import * as visits from './visits.ts';

/** Artillery bundles a processor in TypeScript, and the bundle would not find our layers. */
export const { payNeighbour, fanOut, payHot, takeHot, contend, claim, read, hold } = visits;
