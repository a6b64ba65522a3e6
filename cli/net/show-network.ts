import { join } from 'node:path';
import { type Home, repository } from '../home.ts';
import type { NetworkNotes } from '../network-files.ts';
import type { Paint } from '../paint.ts';
import { columns } from '../report.ts';
import type { Up } from './bring-up.ts';

/** The line that makes another terminal know this network. */
export function evalLine(home: Home): string {
  const weft = quoted(join(repository, 'bin/weft'));
  return `eval "$(WEFT_HOME=${quoted(home.path)} ${weft} net env)"`;
}

/** What `net env` prints for the shell to evaluate. */
export function environmentLines(home: Home): string {
  const bin = quoted(join(repository, 'bin'));
  return `export WEFT_HOME=${quoted(home.path)}\nexport PATH=${bin}:"$PATH"\n`;
}

/** A network that is ready, with what its chains have now. */
export interface Ready extends Up {
  readonly chains: NetworkNotes['chains'];
  /** Where the faucet answers, if one runs. */
  readonly faucet: string | undefined;
  /** Since this process began. */
  readonly readyMs: number;
}

/** What `net up` answers programs. */
export function networkFields(home: Home, ready: Ready) {
  const { stored, addresses, chains, readyMs } = ready;
  const { notes } = stored;
  return {
    genesis: notes.genesis,
    seed: notes.seed,
    persistence: { kind: 'sqlite', path: home.path },
    validators: addresses,
    chains: chains.map(({ name, id, balance }) => ({ name, id, balance })),
    faucet: ready.faucet ?? null,
    env: { WEFT_HOME: home.path },
    readyMs,
  };
}

/** The same for people. */
export function networkText(home: Home, ready: Ready, paint: Paint): string {
  const { stored, isKept, addresses, started, readyMs } = ready;
  const { notes } = stored;
  const rows = addresses.map(({ name, url, pid }) => [name, url, pid ? `process ${pid}` : '']);
  const chains = ready.chains.map(({ name, id, balance }) => [name, id, balance]);
  return [
    `${paint.bold('network')}     ${notes.genesis}`,
    `${paint.bold('state')}       ${isKept ? 'kept from before' : 'new'}, in ${home.path}`,
    `${paint.bold('seed')}        ${notes.seed}  (a development network: its keys protect nothing)`,
    '',
    paint.bold(`validators  ${howMany(ready)}, ready in ${readyMs} ms`),
    indented(columns(rows)),
    '',
    paint.bold(`chains${isKept ? '' : '      prefunded'}`),
    indented(columns(chains)),
    ...(ready.faucet === undefined ? [] : ['', `${paint.bold('faucet')}      ${ready.faucet}`]),
    '',
    'In another terminal:',
    `  ${paint.cyan(evalLine(home))}`,
    `  ${paint.cyan('weft transfer 10 --from alice --to bob')}`,
    ...(started === undefined ? ['', 'Everything runs already; `weft net down` stops it.'] : []),
  ].join('\n');
}

function howMany({ addresses, started }: Up): string {
  const count = started?.addresses.length ?? 0;
  return count === addresses.length
    ? `${count} started`
    : `${count} started, ${addresses.length - count} already running`;
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}

/** One word of a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
