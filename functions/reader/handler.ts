import { builtOnce } from '../built-once.ts';
import { serveGateway } from '../gateway/serve-gateway.ts';
import { readerWiring } from './wiring.ts';

/** Ranges, pages, blobs, and what the validator says of itself. */
export const handler = builtOnce(async () => serveGateway(await readerWiring(process.env)));
