import type { Command } from 'commander';
import { type Builder, command, perform } from '../command.ts';
import {
  type OwnershipOptions,
  ownershipFrom,
  sharedOwnership,
  withOwnershipOptions,
} from '../ownership-options.ts';
import { type OpeningOptions, open, withOpeningOptions } from './open-chain.ts';

/** `weft open-multi-owner-chain`: opens a chain for several owners, or with rounds of its own. */
export function openMultiOwnerChain(builder: Builder): Command {
  const one = command('open-multi-owner-chain', 'open a chain for several owners');
  return withOwnershipOptions(withOpeningOptions(one)).action(
    perform<[], OpeningOptions & OwnershipOptions>(builder, (call, _, options) =>
      open(call, options, ({ wallet }) => ownershipFrom(wallet, sharedOwnership, options)),
    ),
  );
}
