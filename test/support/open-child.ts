import assert from 'node:assert/strict';
import type { Client } from '#client/client.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import { type ChainId, chainIdFromText } from '#protocol/block/chain-id.ts';
import { chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import { openPermissions } from '#protocol/block/permissions.ts';
import { type Amount, epoch } from '#protocol/primitives/numbers.ts';
import { granted, testKeys } from './client-world.ts';

/** Opens a chain for a new key of the wallet, in which it goes by `child`. */
export async function openChild(
  { client, wallet }: { readonly client: Client; readonly wallet: Wallet },
  parent: ChainId,
  balance: Amount,
): Promise<ChainId> {
  const seed = testKeys.random(32);
  const config = {
    ownership: walletOwnership(ownerOf(testKeys.signer(seed, 'ed25519').publicKey)),
    epoch: epoch(0),
    account: chainOwner,
    balance,
    permissions: openPermissions,
  };
  const operations = [{ kind: 'open-chain', config }] as const;
  const opened = granted(await client.execute({ chain: parent, operations }));
  const certified = await client.block(parent, opened.block.height);
  const child = chainIdFromText(certified?.block.outcome.blobs[0]?.blob ?? '');
  assert.ok(child);
  granted(await wallet.addChain({ id: child, name: 'child', seed }));
  return child;
}
