import * as z from 'zod/mini';
import { hopsMax } from '#adapters/sqs/bell-record.ts';

const lookSchema = z.object({ hops: z.int().check(z.minimum(0), z.maximum(hopsMax)) });

/** What the messenger hands to the driver when a bell rang for it. */
export function lookEvent(hops: number): object {
  return { hops };
}

/** How many functions have passed on what woke the driver: none, if the clock did. */
export function hopsOfEvent(event: unknown): number {
  const parsed = lookSchema.safeParse(event);
  return parsed.success ? parsed.data.hops : 0;
}
