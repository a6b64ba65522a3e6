import { type Command, Option } from 'commander';
import { parseAmount } from '#client/amount.ts';
import { genesisCodec } from '#protocol/block/genesis.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { newAllowances } from '../faucet/allowances.ts';
import { openClaims } from '../faucet/claims.ts';
import { newFaucetMetrics } from '../faucet/metrics.ts';
import { faucetServer } from '../faucet/server.ts';
import type { FaucetMessage } from '../net/faucet-process.ts';
import { portRejection } from '../net/ports.ts';
import { untilStopped } from '../net/stop-signals.ts';
import { faucetPort, wholeNumber } from '../options.ts';
import { chosenChain } from '../receipt.ts';
import { columns, object, type Report, reportLine } from '../report.ts';
import { type Connected, withClient } from '../with-client.ts';

interface FaucetOptions {
  readonly chain?: string;
  readonly amount: string;
  readonly port: number;
  readonly host: string;
  readonly limit: number;
  readonly limitTotal: number;
  readonly stay?: boolean;
}

const most = 1_000_000;

/** `weft faucet`: a chain for whoever asks, once for each owner. */
export function faucet(builder: Builder): Command {
  return command('faucet', 'serve chains to whoever asks, one for each owner, until Ctrl-C')
    .option('--chain <chain>', "which opens and pays for them; the wallet's default")
    .option('--amount <tokens>', 'what each chain begins with', '10')
    .addOption(
      new Option('--port <number>', 'where it listens; 0 takes any that is free')
        .argParser(wholeNumber(0, 65_535))
        .default(faucetPort),
    )
    .option(
      '--host <address>',
      'of this machine; others reach it only where you say so',
      '127.0.0.1',
    )
    .option('--limit <number>', 'new chains a minute for one address', wholeNumber(1, most), 10)
    .option('--limit-total <number>', 'new chains a minute in all', wholeNumber(1, most), 600)
    .addOption(new Option('--stay', 'go on when the command that started it ends').hideHelp())
    .action(
      perform<[], FaucetOptions>(builder, async (call, _, options) => {
        const done = await withClient(call, (connected) => run(call, connected, options));
        if (!done.ok) tellParent({ kind: 'failed', rejection: done.error });
        if (process.connected) process.disconnect();
        return done;
      }),
    );
}

async function run(
  call: Call,
  { client, wallet, stored }: Connected,
  options: FaucetOptions,
): Promise<Result<Report, Rejection>> {
  const stopped = Promise.race([untilStopped(), ...(options.stay ? [] : [orphaned()])]);
  const amount = parseAmount(options.amount);
  if (!amount.ok) return amount;
  const chain = await chosenChain(wallet, options.chain);
  if (!chain.ok) return chain;
  call.progress.step('reading who has been served');
  const claims = await openClaims({ client, chain: chain.value.id, amount: amount.value });
  call.progress.step(undefined);
  if (!claims.ok) return claims;
  const { genesis, notes } = stored;
  const server = faucetServer(
    {
      claims: claims.value,
      allowances: newAllowances({ perAddress: options.limit, total: options.limitTotal }, Date.now),
      metrics: newFaucetMetrics(claims.value),
      facts: { network: notes.genesis, networkName: genesis.header.name, amount: amount.value },
      genesis: encode(genesisCodec, genesis),
    },
    (error) => call.note(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  const { port, host } = options;
  const listening = await listen(server, { port, host });
  if (!listening.ok) return listening;
  const { opened } = claims.value.counts;
  const name = chain.value.name;
  const shown = { url: listening.value, chain: { name, id: chain.value.id } };
  tell(call, { ...shown, amount: amountText(amount.value), owners: opened });
  tellParent({ kind: 'ready', url: listening.value });
  await stopped;
  call.note('stopping …');
  await Promise.all([server.close(), claims.value.close()]);
  return ok({ kind: 'silent' });
}

function tellParent(message: FaucetMessage): void {
  process.send?.(message);
}

/** Resolves when the command that started this one is gone; never if a person did. */
function orphaned(): Promise<unknown> {
  return new Promise((resolve) => process.once('disconnect', resolve));
}

async function listen(
  server: ReturnType<typeof faucetServer>,
  address: { readonly port: number; readonly host: string },
): Promise<Result<string, Rejection>> {
  try {
    return ok(await server.listen(address));
  } catch (error) {
    if (error instanceof Error) return { ok: false, error: portRejection(address.port, error) };
    throw error;
  }
}

interface Running {
  readonly url: string;
  readonly chain: { readonly name: string; readonly id: string };
  readonly amount: string;
  readonly owners: number;
}

function tell({ shell, isJson }: Call, running: Running): void {
  const { url, chain, amount, owners } = running;
  const rows = [
    ['faucet', url],
    ['gives', `${amount} from ${chain.name}`],
    ['served', `${owners} owners so far`],
    ['next', `weft wallet request-chain --faucet ${url}`],
  ];
  const report = object('faucet', { ...running }, columns(rows));
  shell.stdout.write(isJson ? reportLine(report) : `${report.text}\n`);
}
