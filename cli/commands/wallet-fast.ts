import { Argument, type Command } from 'commander';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { chosenChain } from '../receipt.ts';
import { object } from '../report.ts';
import { withClient } from '../with-client.ts';

/** `weft wallet fast on|off`: whether blocks of a chain start in a fast round, on this device. */
export function walletFast(builder: Builder): Command {
  return command('fast', 'switch fast rounds of a chain on or off, on this device')
    .addArgument(new Argument('<switch>', 'on or off').choices(['on', 'off']))
    .argument('[chain]', "name, id or prefix; the wallet's default")
    .addHelpText('after', '\nSwitch them on for a chain on one device only, which alone uses it.')
    .action(
      perform<[position: string, chain?: string], object>(builder, (call, [position, text]) =>
        withClient(call, async ({ client, wallet }) => {
          const chain = await chosenChain(wallet, text);
          if (!chain.ok) return chain;
          const { id, name } = chain.value;
          const isOn = position === 'on';
          const done = await client.setFast(id, isOn);
          if (!done.ok) return done;
          const from = isOn ? ', after the next block' : '';
          const state = `fast rounds of ${name} are ${position}${from}`;
          return ok(object('wallet-fast', { chain: id, fast: isOn }, state));
        }),
      ),
    );
}
