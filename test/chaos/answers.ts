import * as z from 'zod/mini';
import type { Finished } from './command-process.ts';

/** A block whose command said that it is final. */
export interface Acknowledged {
  readonly chain: string;
  readonly height: bigint;
  readonly hash: string;
}

/** What a command answered, or a process with many blocks said of each. */
export interface Answer {
  readonly blocks: readonly Acknowledged[];
  /** A chain that it opened, or closed. */
  readonly opened: string | undefined;
  readonly closed: string | undefined;
  /** A blob that it published. */
  readonly blob: string | undefined;
}

const block = z.object({ chain: z.string(), height: z.string(), hash: z.string() });
const answerSchema = z.object({
  schema: z.optional(z.string()),
  block: z.optional(block),
  blocks: z.optional(z.array(z.object({ block }))),
  chain: z.optional(z.object({ id: z.string() })),
  blob: z.optional(z.string()),
});

/** The answers of a process, those of one that was killed too. */
export function answersIn({ stdout }: Pick<Finished, 'stdout'>): readonly Answer[] {
  const lines = stdout.split('\n').slice(0, -1);
  return lines.map((line) => {
    const { schema, chain, blob, ...made } = z.parse(answerSchema, JSON.parse(line));
    const blocks = [made.block, ...(made.blocks ?? []).map((one) => one.block)];
    return {
      blocks: blocks.flatMap((one) => (one ? [{ ...one, height: BigInt(one.height) }] : [])),
      opened: schema === 'weft.open-chain/1' ? chain?.id : undefined,
      closed: schema === 'weft.close-chain/1' ? chain?.id : undefined,
      blob,
    };
  });
}
