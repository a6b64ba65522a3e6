import * as z from 'zod/mini';
import type { ValidatorConfig } from '#infra/config/validator-config.ts';
import { failed, type Line, pass, warn } from './card.ts';

/** With a third of the votes in one region, its outage stops the network. */
const regionShareMax = 1 / 3;
const peersSchema = z.array(z.object({ name: z.string(), url: z.string() }));

type Place = Pick<ValidatorConfig, 'name' | 'network' | 'account' | 'region'>;

/** Where members are, as far as their addresses and the configurations beside this one tell. */
export function placesLines(
  here: Place,
  peers: Uint8Array | undefined,
  known: readonly Place[],
): readonly Line[] {
  return [accountLine(here, known), ...(peers ? membersLines(here, peers, known) : [])];
}

/** Members in one account share its quotas, its limits of cost, and whoever holds its keys. */
function accountLine(here: Place, known: readonly Place[]): Line {
  const beside = known.filter(
    ({ name, network, account }) =>
      name !== here.name && network === here.network && account === here.account,
  );
  if (beside.length === 0) return pass('account', 'no other validator here is of this account');
  const names = beside.map(({ name }) => name).join(', ');
  const found = `shared with ${names}: one set of quotas, and one operator for several votes`;
  return warn('account', found, 'one AWS account for each validator, except in demonstrations');
}

function membersLines(here: Place, bytes: Uint8Array, known: readonly Place[]): readonly Line[] {
  const peers = peersSchema.safeParse(jsonFrom(bytes));
  const urls = peers.success ? peers.data.map(({ url }) => URL.parse(url)) : [];
  if (!peers.success || urls.includes(null)) {
    return [
      failed('co-location', 'peers.json is malformed', `run weft validator join ${here.name}`),
    ];
  }
  const hosts = urls.flatMap((url) => (url ? [url.hostname] : []));
  const lines: Line[] = [];
  const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
  if (twice !== undefined) {
    const fix = 'correct the stanzas, and join again: each member needs an address of its own';
    lines.push(failed('addresses', `two members at ${twice}`, fix));
  }
  const regions = peers.data.map(
    ({ name }, index) =>
      known.find((one) => one.name === name)?.region ?? regionIn(hosts[index] ?? ''),
  );
  lines.push(regionLine(here, regions));
  return lines;
}

function regionLine({ region }: Place, regions: readonly (string | undefined)[]): Line {
  const near = regions.filter((each) => each === region).length;
  const unknown = regions.filter((each) => each === undefined).length;
  const rest = unknown > 0 ? `, ${unknown} at addresses that do not tell` : '';
  const found = `${near} of ${regions.length} members in ${region}${rest}`;
  if (near <= 1 || near / regions.length < regionShareMax) return pass('co-location', found);
  const fix =
    'put new validators elsewhere: an outage of one region must not stop a third of the votes';
  return warn('co-location', found, fix);
}

/** A name of the operator's own tells no region. */
function regionIn(host: string): string | undefined {
  return /\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com(?:\.cn)?$/.exec(host)?.[1];
}

function jsonFrom(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
