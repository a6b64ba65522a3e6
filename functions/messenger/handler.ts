import { builtOnce } from '../built-once.ts';
import { messengerHandler } from './deliver-batch.ts';
import { messengerWiring } from './wiring.ts';

/** Puts envelopes into inboxes, as doorbells ring. */
export const handler = builtOnce(async () => messengerHandler(await messengerWiring(process.env)));
