import { newAllowances } from '#cli/faucet/allowances.ts';
import { openClaims } from '#cli/faucet/claims.ts';
import { newFaucetMetrics } from '#cli/faucet/metrics.ts';
import { faucetServer } from '#cli/faucet/server.ts';
import { genesisCodec, networkIdOf } from '#protocol/block/genesis.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { checked } from '#test/chaos/connect-home.ts';
import { openDevice } from '../traffic/device.ts';
import type { LoadChain, Target } from '../traffic/target.ts';

const given = amount(10n ** 18n);
/** Everybody comes from one address. */
const claimsMax = 1_000_000;

/** The faucet that `weft faucet` serves, paid by the first of these chains. */
export async function startFaucet(
  target: Pick<Target, 'genesis' | 'nodes'>,
  chains: readonly LoadChain[],
  onFault: (error: unknown) => void,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const client = await openDevice(target, chains);
  const [payer] = chains;
  if (!payer) throw new Error('a faucet has a chain');
  const claims = checked(await openClaims({ client, chain: payer.chain, amount: given }));
  const { genesis } = target;
  const server = faucetServer(
    {
      claims,
      allowances: newAllowances({ perAddress: claimsMax, total: claimsMax }, Date.now),
      metrics: newFaucetMetrics(claims),
      facts: {
        network: networkIdOf(genesis.header),
        networkName: genesis.header.name,
        amount: given,
      },
      genesis: encode(genesisCodec, genesis),
    },
    onFault,
  );
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  return {
    url,
    async stop() {
      await Promise.all([server.close(), claims.close()]);
      await client.close();
    },
  };
}
