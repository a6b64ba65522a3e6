import type { Command } from 'commander';
import { type Builder, group } from '../command.ts';
import { walletAddKey } from './wallet-add-key.ts';
import { walletAssign } from './wallet-assign.ts';
import { walletExport } from './wallet-export.ts';
import { walletFast } from './wallet-fast.ts';
import { walletFollow } from './wallet-follow.ts';
import { walletForget } from './wallet-forget.ts';
import { walletImport } from './wallet-import.ts';
import { walletInit } from './wallet-init.ts';
import { walletRequestChain } from './wallet-request-chain.ts';
import { walletSetDefault } from './wallet-set-default.ts';
import { walletShow } from './wallet-show.ts';

export function wallet(builder: Builder): Command {
  const parts = [
    walletInit,
    walletShow,
    walletRequestChain,
    walletFollow,
    walletForget,
    walletSetDefault,
    walletExport,
    walletImport,
    walletFast,
    walletAddKey,
    walletAssign,
  ];
  return group(
    'wallet',
    'keep keys and chains',
    parts.map((part) => part(builder)),
  );
}
