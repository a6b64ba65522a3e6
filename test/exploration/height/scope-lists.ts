import type { Scope } from './scopes.ts';
import { type Shape, shapes } from './shapes.ts';

/** The rounds asked for: fast, two multi-leader and one single-leader, as far as a shape has them. */
const allRounds: Readonly<Record<Shape, number>> = {
  super: 4,
  'super-and-regular': 4,
  'multi-leader': 3,
  'single-leader': 3,
};

function forAll(make: (shape: Shape) => Scope): readonly Scope[] {
  return shapes.map(make);
}

/** Seconds each. */
export const smallScopes: readonly Scope[] = [
  ...forAll((shape) => ({ claim: 'agreement', shape, rounds: allRounds[shape], faulty: 1 })),
  ...forAll((shape) => ({ claim: 'agreement', shape, rounds: 2, faulty: 0 })),
  ...forAll((shape) => ({ claim: 'agreement', shape, rounds: 2, faulty: 1, shell: 'late' })),
  ...forAll((shape) => ({ claim: 'accountability', shape, rounds: 2, faulty: 2 })),
  { claim: 'accountability', shape: 'super-and-regular', rounds: 3, faulty: 2 },
  ...forAll((shape) => ({ claim: 'takeover', shape, rounds: 2, faulty: 1, every: 6 })),
];

/** Minutes each. */
export const largeScopes: readonly Scope[] = [
  ...forAll((shape) => ({ claim: 'agreement', shape, rounds: 3, faulty: 0 })),
  ...forAll((shape) => ({ claim: 'agreement', shape, rounds: 3, faulty: 1, shell: 'late' })),
  ...forAll((shape) => ({
    claim: 'accountability',
    shape,
    rounds: allRounds[shape],
    faulty: 2,
  })),
  ...forAll((shape) => ({ claim: 'takeover', shape, rounds: 3, faulty: 1 })),
  { claim: 'takeover', shape: 'super', rounds: 4, faulty: 1, every: 50 },
  { claim: 'takeover', shape: 'super-and-regular', rounds: 4, faulty: 1, every: 50 },
];
