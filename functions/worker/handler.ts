import { builtOnce } from '../built-once.ts';
import { serveGateway } from '../gateway/serve-gateway.ts';
import { workerWiring } from './wiring.ts';

/** The validator's API: proposals, certificates, and everything that is asked of it. */
export const handler = builtOnce(async () => serveGateway(await workerWiring(process.env)));
