import type { Guard } from '#test/mutants/guard.ts';

/** A change of the product's code that breaks a rule; worlds of some seed must notice. */
export type Bug = Omit<Guard, 'tests'>;
