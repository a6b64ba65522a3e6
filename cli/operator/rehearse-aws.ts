import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { parametersOf, type ValidatorConfig } from '#infra/config/validator-config.ts';
import { genesisCodec } from '#protocol/block/genesis.ts';
import { type Network, networkFrom } from '#protocol/chain/network.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { type Rehearsal, rehearse } from '#worker/rehearse.ts';
import type { AwsAccount } from './aws-account.ts';
import { failed, type Line, pass, warn } from './card.ts';

const newestBlocks = 200;
const minutesUs = 5n * 60_000_000n;

/**
 * Executes the validator's newest blocks again with this checkout's code, before it is deployed.
 * Nothing is written there.
 */
export async function rehearseOnAws(
  config: ValidatorConfig,
  aws: AwsAccount,
): Promise<readonly Line[]> {
  const { name } = config;
  const at = parametersOf(config);
  const [heads, data, bucket] = await Promise.all(
    [at.heads, at.data, at.bucket].map((each) => aws.parameters.read(each)),
  );
  if (heads === undefined || data === undefined || bucket === undefined) {
    return [failed('state', 'not deployed', `run npx cdk deploy '${name}/*'`)];
  }
  const genesis = await aws.files(bucket).load('genesis');
  if (!genesis) return [pass('rehearsal', 'no genesis, so no block')];
  const network = networkOf(genesis);
  if (!network) return [failed('genesis', 'it begins no network', 'see weft validator join')];
  const { store, newestChains } = aws.store({ heads, data }, bucket);
  const { chains, isCut } = await newestChains(newestBlocks);
  const until = timestamp(systemClock.now() + minutesUs);
  const ports: WorkerPorts = {
    network,
    chains: store,
    blobs: store.blobs,
    verifier: signatureVerifier({ policy: { kind: 'validators', clock: systemClock } }),
    clock: systemClock,
    bus: { ring: () => Promise.resolve() },
    notifier: { publish: () => Promise.resolve() },
    signer: undefined,
    tracks: () => true,
  };
  const done = await rehearse(ports, { chains, blocks: newestBlocks, until });
  return linesOf(done, isCut);
}

function linesOf({ chains, blocks, skipped, different }: Rehearsal, isCut: boolean): Line[] {
  const found = `${blocks} blocks of ${chains} chains`;
  const lines = different.map(({ chain, height, expected, found: other }) =>
    failed(
      'rehearsal',
      `block ${height} of ${chain} gives ${other}, not ${expected}`,
      'do not deploy this version: it would vote against what is certified',
    ),
  );
  if (lines.length === 0) lines.push(pass('rehearsal', `${found} came out as certified`));
  if (skipped > 0) {
    const fix = 'none: their older states are not kept, and they have too many blocks';
    lines.push(warn('skipped', `${skipped} chains`, fix));
  }
  if (isCut) lines.push(warn('sample', 'only a part of the chains was looked at', 'none'));
  return lines;
}

function networkOf(bytes: Uint8Array): Network | undefined {
  const genesis = decode(genesisCodec, bytes);
  if (!genesis.ok) return undefined;
  const network = networkFrom(genesis.value);
  return network.ok ? network.value : undefined;
}
