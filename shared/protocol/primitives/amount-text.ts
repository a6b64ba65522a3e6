import type { Amount } from './numbers.ts';

/** Digits behind the point: amounts are counted in 10⁻¹⁸ of a token. */
export const decimalsMax = 18;
/** One token. */
export const tokenUnits: bigint = 10n ** BigInt(decimalsMax);

/** Tokens as people write them, without zeros that say nothing: `10`, `0.25`. */
export function amountText(value: Amount): string {
  const fraction = `${value % tokenUnits}`.padStart(decimalsMax, '0').replace(/0+$/, '');
  return fraction === '' ? `${value / tokenUnits}` : `${value / tokenUnits}.${fraction}`;
}
