import { cost } from './cost.ts';
import type { Question } from './support/question.ts';
import { throughput } from './throughput.ts';

/** All that can be asked, in the order of the table. */
export const questions: readonly Question[] = [throughput, cost];
