import type { Command } from 'commander';
import { type Builder, group } from '../command.ts';
import { blockShow } from './block-show.ts';

export function block(builder: Builder): Command {
  return group('block', 'look at blocks', [blockShow(builder)]);
}
