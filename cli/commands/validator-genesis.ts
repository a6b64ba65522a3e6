import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { genesisCodec } from '#protocol/block/genesis.ts';
import type { PolicyName } from '#protocol/block/named-policies.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { readIfThere } from '../files.ts';
import { keyMaker } from '../keys.ts';
import { makeGenesis } from '../operator/make-genesis.ts';
import { readStanzas } from '../operator/stanza.ts';
import { policyOption } from '../options.ts';
import { gathered } from '../owners.ts';
import { columns, object } from '../report.ts';

interface GenesisOptions {
  readonly out: string;
  readonly name: string;
  readonly chain?: readonly string[];
  readonly policy?: PolicyName;
}

const nonceBytes = 32;

/** `weft validator genesis`: committee stanzas in, a genesis file out. */
export function validatorGenesis(builder: Builder): Command {
  return command('genesis', 'begin a network: one committee of these validators')
    .argument('<stanzas...>', 'the files that `weft validator init` wrote, one of each validator')
    .requiredOption('--out <file>', 'where the genesis is written')
    .option('--name <text>', 'of the network', 'weft')
    .option(
      '--chain <owner=tokens>',
      'a chain it begins with; may be given several times',
      gathered,
    )
    .addOption(policyOption())
    .action(
      perform<[readonly string[]], GenesisOptions>(builder, (_, [paths], options) => {
        const { out, name, chain = [], policy = 'testnet' } = options;
        const stanzas = readStanzas(paths);
        if (!stanzas.ok) return stanzas;
        const nonce = keyMaker.random(nonceBytes);
        const time = systemClock.now();
        const parts = { name, stanzas: stanzas.value, chains: chain, policy, nonce, time };
        const made = makeGenesis(parts);
        if (!made.ok) return made;
        const { genesis, network } = made.value;
        if (readIfThere(out)) return fail('file-exists', out, 'a path where nothing is');
        writeFileSync(out, encode(genesisCodec, genesis), { flag: 'wx' });
        // In the order of the options: whose each is, they say.
        const chains = network.rootChains.map((id, index) => ({ id, of: chain[index] ?? '' }));
        const fields = { network: network.id, validators: stanzas.value.length, chains, file: out };
        const rows = [
          ['network', network.id],
          ['validators', `${fields.validators}`],
          ...chains.map(({ id, of }) => ['chain', `${id}  ${of}`]),
          ['file', out],
        ];
        return ok(object('genesis', fields, columns(rows)));
      }),
    );
}
