import type { Command } from 'commander';
import { type Builder, group } from '../command.ts';
import { netDown } from './net-down.ts';
import { netEnv } from './net-env.ts';
import { netReset } from './net-reset.ts';
import { netStatus } from './net-status.ts';
import { netUp } from './net-up.ts';

export function net(builder: Builder): Command {
  const parts = [netUp, netDown, netStatus, netReset, netEnv];
  return group(
    'net',
    'run a network on this machine',
    parts.map((part) => part(builder)),
  );
}
