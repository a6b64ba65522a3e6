import type { Command } from 'commander';
import { type Builder, group } from '../command.ts';
import { validatorList } from './validator-list.ts';
import { validatorRun } from './validator-run.ts';

export function validator(builder: Builder): Command {
  return group('validator', 'run validators one by one', [
    validatorRun(builder),
    validatorList(builder),
  ]);
}
