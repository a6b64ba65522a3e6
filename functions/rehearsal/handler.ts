import { rehearsalHandler } from './run-rehearsal.ts';
import { rehearsalWiring } from './wiring.ts';

/** Called before a new version gets requests. Built anew each time: it is called once a version. */
export const handler = rehearsalHandler(() => rehearsalWiring(process.env));
