import { absent } from './absent.ts';
import { catchUp } from './catch-up.ts';
import { client } from './client.ts';
import { codec } from './codec.ts';
import { contention } from './contention.ts';
import { cost } from './cost.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { single } from './single.ts';
import type { Question } from './support/question.ts';
import { throughput } from './throughput.ts';
import { tree } from './tree.ts';
import { wallet } from './wallet.ts';

/** All that can be asked, in the order of the table. */
export const questions: readonly Question[] = [
  throughput,
  cost,
  latency,
  absent,
  contention,
  single,
  catchUp,
  client,
  wallet,
  codec,
  tree,
  memory,
];
