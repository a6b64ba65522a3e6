import type { Command } from 'commander';
import { type Builder, group } from '../command.ts';
import { validatorBurnIn } from './validator-burn-in.ts';
import { validatorDoctor } from './validator-doctor.ts';
import { validatorEstimate } from './validator-estimate.ts';
import { validatorGenesis } from './validator-genesis.ts';
import { validatorInit } from './validator-init.ts';
import { validatorJoin } from './validator-join.ts';
import { validatorList } from './validator-list.ts';
import { validatorRedrive } from './validator-redrive.ts';
import { validatorRehearse } from './validator-rehearse.ts';
import { validatorRun } from './validator-run.ts';
import { validatorShards } from './validator-shards.ts';

export function validator(builder: Builder): Command {
  const here = [validatorRun, validatorList, validatorBurnIn];
  const onAws = [
    validatorInit,
    validatorDoctor,
    validatorEstimate,
    validatorGenesis,
    validatorJoin,
    validatorShards,
    validatorRedrive,
    validatorRehearse,
  ];
  const parts = [...here, ...onAws].map((part) => part(builder));
  return group('validator', 'run validators one by one, here or on AWS', parts);
}
