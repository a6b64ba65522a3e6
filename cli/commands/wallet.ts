import type { Command } from 'commander';
import { type Builder, group } from '../command.ts';
import { walletExport } from './wallet-export.ts';
import { walletFast } from './wallet-fast.ts';
import { walletImport } from './wallet-import.ts';
import { walletInit } from './wallet-init.ts';
import { walletShow } from './wallet-show.ts';

export function wallet(builder: Builder): Command {
  const parts = [walletInit, walletShow, walletExport, walletImport, walletFast];
  return group(
    'wallet',
    'keep keys and chains',
    parts.map((part) => part(builder)),
  );
}
