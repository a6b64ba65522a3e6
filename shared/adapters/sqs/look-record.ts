import * as z from 'zod/mini';
import { hopsMax, jsonOfRecord } from './bell-record.ts';

/** Asks the driver to look at what is owed, and says how many functions have passed that on. */
export interface LookRecord {
  readonly hops: number;
}

const lookSchema = z.strictObject({
  format: z.literal(1),
  look: z.literal('owed'),
  hops: z.int().check(z.minimum(0), z.maximum(hopsMax)),
});

export function textOfLook({ hops }: LookRecord): string {
  return JSON.stringify({ format: 1, look: 'owed', hops });
}

/** What a record's body asks the driver; undefined if it asks nothing of it. */
export function lookFromText(text: string): LookRecord | undefined {
  const parsed = lookSchema.safeParse(jsonOfRecord(text));
  return parsed.success ? { hops: parsed.data.hops } : undefined;
}
