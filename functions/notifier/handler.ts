import { builtOnce } from '../built-once.ts';
import { notifierHandler } from './notify.ts';
import { notifierWiring } from './wiring.ts';

/** WebSocket connections, and the stream of heads that they hear of. */
export const handler = builtOnce(async () => notifierHandler(await notifierWiring(process.env)));
