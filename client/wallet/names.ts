import { type ChainId, chainIdFromText } from '#protocol/block/chain-id.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { ok } from '#protocol/primitives/result.ts';
import type { WalletChain } from './records.ts';

/** Why a text names no chain. */
export type NameRejection = Rejection<'unknown-name' | 'ambiguous-name'>;

const namePattern = /^[a-z][a-z0-9-]{0,31}$/;
const prefixPattern = /^[0-9a-f]{4,63}$/;

/** Checks a name for a new chain; one that could be an id would be ambiguous. */
export function checkName(name: string): Result<string, Rejection<'invalid-name'>> {
  if (namePattern.test(name) && !prefixPattern.test(name)) return ok(name);
  const expected = 'a letter, then up to 31 letters, digits and dashes; not like an id';
  return refuse('invalid-name', name.slice(0, 80), expected);
}

/** Checks a name that no chain of the wallet has. */
export function checkFreeName(
  chains: readonly WalletChain[],
  name: string,
): Result<string, Rejection<'invalid-name' | 'name-taken'>> {
  const checked = checkName(name);
  if (!checked.ok) return checked;
  const taken = chains.find((one) => one.name === name);
  return taken ? refuse('name-taken', `${name} is ${taken.id}`, 'a name of its own') : checked;
}

/** The chain that `text` is the name, the id, or the only prefix of at least 4 digits of. */
export function findChain(
  chains: readonly WalletChain[],
  text: string,
): Result<ChainId, NameRejection> {
  const named = chains.find(({ name }) => name === text);
  if (named) return ok(named.id);
  const id = chainIdFromText(text);
  if (id) return ok(id);
  const matching = prefixPattern.test(text) ? chains.filter((one) => one.id.startsWith(text)) : [];
  const [only, ...others] = matching;
  if (!only) return refuse('unknown-name', text.slice(0, 80), listed(chains));
  if (others.length === 0) return ok(only.id);
  return refuse('ambiguous-name', text, `one of ${listed(matching)}`);
}

function listed(chains: readonly WalletChain[]): string {
  if (chains.length === 0) return 'a name or an id; the wallet has no chains';
  const shown = chains.slice(0, 10).map(({ name, id }) => `${name} (${id.slice(0, 12)})`);
  return shown.join(', ') + (chains.length > 10 ? ', ...' : '');
}
