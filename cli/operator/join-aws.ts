import { loadStoreBinding } from '#adapters/ssm/store-binding.ts';
import { parametersOf, type ValidatorConfig } from '#infra/config/validator-config.ts';
import { type Genesis, genesisCodec, networkIdOf } from '#protocol/block/genesis.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { compareBytes } from '#protocol/primitives/bytes.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { fail } from '../failure.ts';
import type { AwsAccount } from './aws-account.ts';
import { failed, type Line, pass, warn } from './card.ts';
import type { Stanza } from './stanza.ts';

/** Puts the genesis and the addresses of the others where the functions look for them. */
export async function joinOnAws(
  config: ValidatorConfig,
  aws: AwsAccount,
  { genesis, stanzas }: { readonly genesis: Genesis; readonly stanzas: readonly Stanza[] },
): Promise<Result<readonly Line[], Rejection>> {
  const at = parametersOf(config);
  const [bucket, binding] = await Promise.all([
    aws.parameters.read(at.bucket),
    loadStoreBinding(aws.parameters, at.binding),
  ]);
  if (bucket === undefined || binding === undefined) {
    return ok([failed('binding', 'none', `run weft validator init ${config.name} first`)]);
  }
  const files = aws.files(bucket);
  const bytes = encode(genesisCodec, genesis);
  const before = await files.load('genesis');
  if (before && compareBytes(before, bytes) !== 0) {
    return fail('other-genesis', `${bucket} has ${networkOf(before)}`, networkOf(bytes));
  }
  if (!before) await files.put('genesis', bytes);
  const peers = stanzas.map(({ name, url, publicKey }) => ({ name, url, publicKey }));
  await files.put('peers.json', new TextEncoder().encode(JSON.stringify(peers)));
  const lines = [
    pass('genesis', `of network ${networkOf(bytes)}`),
    seatLine(genesis, binding.publicKey),
  ];
  const unknown = genesis.header.committee.filter(
    ({ publicKey }) => !stanzas.some((each) => each.publicKey === hexFromBytes(publicKey.bytes)),
  );
  lines.push(
    unknown.length === 0
      ? pass('peers', `${peers.length} addresses`)
      : warn('peers', `no address of ${unknown.length} members`, 'name the stanzas of all members'),
  );
  return ok(lines);
}

/** Whether this validator votes in the committee that the network begins with. */
function seatLine({ header }: Genesis, publicKey: string): Line {
  const isMember = header.committee.some(
    (each) => hexFromBytes(each.publicKey.bytes) === publicKey,
  );
  if (isMember) return pass('seat', publicKey);
  const fix = 'make the genesis from a stanza of this validator too';
  return warn(
    'seat',
    `${publicKey} is in no seat: it serves, and its votes count for nothing`,
    fix,
  );
}

function networkOf(bytes: Uint8Array): string {
  const genesis = decode(genesisCodec, bytes);
  return genesis.ok ? networkIdOf(genesis.value.header) : 'no genesis';
}
