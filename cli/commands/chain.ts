import type { Command } from 'commander';
import { type Builder, group } from '../command.ts';
import { chainShow } from './chain-show.ts';

export function chain(builder: Builder): Command {
  return group('chain', 'look at chains', [chainShow(builder)]);
}
