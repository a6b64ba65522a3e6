import type { EmulatorName } from './suites.ts';

/** Where an emulator is known not to do as AWS does: the test fails there, and nowhere else. */
export interface Deviation {
  readonly suite: string;
  readonly emulator: EmulatorName;
  readonly test: string;
  readonly because: string;
}

export const deviations: readonly Deviation[] = [];
