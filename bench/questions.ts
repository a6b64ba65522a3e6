import { absent } from './absent.ts';
import { client } from './client.ts';
import { cost } from './cost.ts';
import { latency } from './latency.ts';
import type { Question } from './support/question.ts';
import { throughput } from './throughput.ts';

/** All that can be asked, in the order of the table. */
export const questions: readonly Question[] = [throughput, cost, latency, absent, client];
