/** What one block costs a validator: write units, read units that its owner waits for, requests. */
export interface BlockFigures {
  readonly wru: number;
  readonly rru: number;
  readonly requests: number;
}

/** Figures that a suite tells whoever runs it, as a line of their own. */
export interface Told {
  readonly figures: string;
  readonly value: unknown;
}

export function reportFigures(figures: string, value: unknown): void {
  process.stdout.write(`\n${JSON.stringify({ figures, value } satisfies Told)}\n`);
}

export function isTold(value: unknown): value is Told {
  return typeof value === 'object' && value !== null && 'figures' in value;
}
