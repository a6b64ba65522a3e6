import type { ChainId } from '#protocol/block/chain-id.ts';
import { isSameOwner } from '#protocol/block/owner.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { readSettings } from '#worker/read-state.ts';
import type { Sessions } from './block/sessions.ts';
import type { ClientContext } from './context.ts';

/**
 * Switches fast rounds of a chain on this device. They begin at the height after the next one:
 * what another device may have proposed at the next one is not on record here.
 */
export async function setFast(
  { wallet, local }: ClientContext,
  sessions: Sessions,
  { chain, isOn }: { readonly chain: ChainId; readonly isOn: boolean },
): Promise<Result<undefined, Rejection>> {
  return await sessions.run(chain, async () => {
    const record = await wallet.record(chain);
    if (!record?.owner) return refuse('not-our-chain', chain, 'a chain with a key in the wallet');
    if (!isOn) {
      await wallet.setFast(chain, undefined);
      return ok(undefined);
    }
    if (record.fast) return ok(undefined);
    const owners = (await readSettings(local.ports, chain))?.ownership.superOwners ?? [];
    const [sole] = owners;
    if (owners.length !== 1 || !sole || !isSameOwner(sole, record.owner)) {
      return refuse('fast-not-allowed', `${owners.length} super owners`, 'this key alone');
    }
    const head = await local.head(chain);
    await wallet.setFast(chain, blockHeight((head?.next ?? 0n) + 1n));
    return ok(undefined);
  });
}
