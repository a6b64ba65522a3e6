import type { Command } from 'commander';
import { amountText } from '#protocol/primitives/amount-text.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform, version } from '../command.ts';
import { findValidators } from '../net/find-running.ts';
import { readNetwork, type StoredNetwork } from '../network-files.ts';
import { columns, object, type Report } from '../report.ts';
import { withClient } from '../with-client.ts';

const chainsMax = 10;

/** Bare `weft`: where one is, and what to do next. */
export function summary(builder: Builder): Command {
  return command('summary', 'show the home, the network, balances and what to do next').action(
    perform<[], object>(builder, (call) => summarize(call)),
  );
}

async function summarize(call: Call): Promise<Result<Report, Rejection>> {
  const { home } = call;
  const stored = readNetwork(home);
  if (!stored.ok) return stored;
  if (stored.value === undefined) {
    const next = 'weft net up --detach';
    const lines = [`weft ${version}`, `home  ${home.path} (no network yet)`, `next  ${next}`];
    return ok(object('summary', { home: home.path, network: null, next }, lines.join('\n')));
  }
  const found = await findValidators(home, stored.value);
  if (!found.ok) return found;
  const up = found.value.filter(({ health }) => health.kind === 'up').length;
  const total = found.value.length;
  const chains = up === 0 ? [] : await balances(call);
  const isJoined = stored.value.notes.seed === undefined;
  const next = nextStep({ up, total, chains, isJoined });
  const fields = {
    home: home.path,
    network: stored.value.notes.genesis,
    validators: { up, total },
    chains,
    next,
  };
  return ok(object('summary', fields, textOf(call, stored.value, fields)));
}

interface ChainLine {
  readonly name: string;
  readonly id: string;
  readonly confirmed: string;
  readonly incoming: string;
  readonly pending: boolean;
}

/** What cannot be known now is left out: a summary never fails for it. */
async function balances(call: Call): Promise<readonly ChainLine[]> {
  const read = await withClient(call, async ({ client, wallet }) => {
    call.progress.step('asking validators');
    const chains = (await wallet.chains()).slice(0, chainsMax);
    const lines = chains.map(async ({ id, name }): Promise<readonly ChainLine[]> => {
      const balance = await client.balance(id);
      if (!balance.ok) return [];
      const confirmed = amountText(balance.value.confirmed);
      const incoming = amountText(balance.value.incoming);
      const pending = (await wallet.pending(id)) !== undefined;
      return [{ name, id, confirmed, incoming, pending }];
    });
    const known = (await Promise.all(lines)).flat();
    return ok(known.sort((a, b) => (a.name < b.name ? -1 : 1)));
  });
  return read.ok ? read.value : [];
}

interface Standing {
  readonly up: number;
  readonly total: number;
  readonly chains: readonly ChainLine[];
  /** Whether the network runs elsewhere. */
  readonly isJoined: boolean;
}

function nextStep({ up, total, chains, isJoined }: Standing): string {
  if (up < total && !isJoined) return 'weft net up --detach';
  const pending = chains.find((one) => one.pending);
  if (pending) return `weft retry-pending ${pending.name}`;
  const waiting = chains.find(({ incoming }) => incoming !== '0');
  if (waiting) return `weft process-inbox ${waiting.name}`;
  const [from, to] = chains;
  if (from && to) return `weft transfer 10 --from ${from.name} --to ${to.name}`;
  return isJoined ? 'weft wallet request-chain --faucet URL' : 'weft wallet init';
}

interface Shown {
  readonly validators: { readonly up: number; readonly total: number };
  readonly chains: readonly ChainLine[];
  readonly next: string;
}

function textOf({ home }: Call, { notes }: StoredNetwork, shown: Shown): string {
  const { validators, chains, next } = shown;
  const rows = chains.map(({ name, confirmed, incoming, pending }) => [
    `  ${name}`,
    confirmed,
    incoming === '0' ? '' : `+${incoming} in the inbox`,
    pending ? 'a block is pending' : '',
  ]);
  return [
    `weft        ${version}`,
    `home        ${home.path}`,
    `network     ${notes.genesis}`,
    `validators  ${validators.up} of ${validators.total} up`,
    ...(rows.length === 0 ? [] : ['chains', columns(rows)]),
    `next        ${next}`,
  ].join('\n');
}
