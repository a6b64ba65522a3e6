import { amountText, decimalsMax, tokenUnits } from '#protocol/primitives/amount-text.ts';
import { type Amount, amount, u128Max } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { ok } from '#protocol/primitives/result.ts';

/** Why a text is no amount of tokens. */
export type AmountRejection = Rejection<
  'amount-not-a-number' | 'amount-negative' | 'amount-too-precise' | 'amount-too-large'
>;

const decimal = /^(\d+)(?:\.(\d+))?$/;
/** A longer text is above every amount, or too precise, whatever its digits. */
const lengthMax = 64;

/** Tokens as people write them: digits, and up to 18 more behind a point. */
export function parseAmount(text: string): Result<Amount, AmountRejection> {
  const shown = text.length <= lengthMax ? text : `${text.slice(0, lengthMax)}...`;
  const isNegative = text.startsWith('-');
  const parts = decimal.exec(isNegative ? text.slice(1) : text);
  if (!parts) return refuse('amount-not-a-number', shown, 'digits, such as 10 or 0.25');
  if (isNegative) return refuse('amount-negative', shown, 'more than 0');
  const [, whole = '', fraction = ''] = parts;
  if (fraction.length > decimalsMax) {
    const found = `${fraction.length} decimals`;
    return refuse('amount-too-precise', found, `up to ${decimalsMax} decimals`);
  }
  const tooLarge = refuse('amount-too-large', shown, `up to ${amountText(amount(u128Max))}`);
  if (whole.replace(/^0+/, '').length > lengthMax) return tooLarge;
  const atto = BigInt(whole) * tokenUnits + BigInt(fraction.padEnd(decimalsMax, '0'));
  return atto > u128Max ? tooLarge : ok(amount(atto));
}
