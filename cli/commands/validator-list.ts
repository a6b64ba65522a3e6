import type { Command } from 'commander';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { readAddresses, requireNetwork } from '../network-files.ts';
import { columns, object } from '../report.ts';

/** `weft validator list`: the committee and its addresses. */
export function validatorList(builder: Builder): Command {
  return command('list', 'list the validators, their keys and addresses').action(
    perform<[], object>(builder, ({ home }) => {
      const stored = requireNetwork(home);
      if (!stored.ok) return stored;
      const addresses = readAddresses(home);
      if (!addresses.ok) return addresses;
      const validators = stored.value.notes.validators.map(({ name, publicKey }) => {
        const url = addresses.value.find((one) => one.name === name)?.url ?? null;
        return { name, publicKey, url };
      });
      const rows = validators.map(({ name, url, publicKey }) => [name, url ?? '-', publicKey]);
      return ok(object('validators', { validators }, columns(rows)));
    }),
  );
}
