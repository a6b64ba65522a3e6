import { existsSync, statfsSync, statSync } from 'node:fs';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { openSqliteWalletStore } from '#adapters/sqlite/wallet-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { openWallet } from '#client/wallet/open-wallet.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import { makePrivateFolder } from '../files.ts';
import type { Home } from '../home.ts';
import { keyMaker } from '../keys.ts';
import { findValidators } from '../net/find-running.ts';
import { healthText } from '../net/probe.ts';
import { readNetwork, type StoredNetwork } from '../network-files.ts';
import { measureSync } from './measure-sync.ts';

/** One thing looked at: `odd` is worth knowing, `bad` keeps something from working. */
export interface Check {
  readonly check: string;
  readonly state: 'good' | 'odd' | 'bad';
  readonly found: string;
  readonly next?: string;
}

const nodeLeast = 24;
const freeBytesLeast = 256 * 1024 * 1024;
const syncMsSlow = 20;

/** Looks at everything that Weft needs of this machine and this home. */
export async function examine(home: Home): Promise<readonly Check[]> {
  const checks: Check[] = [node(), hashing(), signatures(), ...disk(home)];
  const stored = readNetwork(home);
  if (!stored.ok) {
    const next = 'run `weft net reset`, or restore the file';
    return [...checks, { check: 'network', state: 'bad', found: stored.error.found, next }];
  }
  if (stored.value === undefined) {
    const next = 'run `weft net up`';
    return [...checks, { check: 'network', state: 'odd', found: 'none set up', next }];
  }
  checks.push({ check: 'network', state: 'good', found: stored.value.notes.genesis });
  checks.push(await validators(home, stored.value), await wallet(home, stored.value));
  return checks;
}

function node(): Check {
  const found = process.version;
  const isRecent = Number.parseInt(process.versions.node, 10) >= nodeLeast;
  if (isRecent) return { check: 'node', state: 'good', found };
  return { check: 'node', state: 'bad', found, next: `install Node ${nodeLeast} or later` };
}

function hashing(): Check {
  const check = 'hashing';
  if (installNativeHash() === 'installed') return { check, state: 'good', found: 'native' };
  const next = 'use another build of Node; this one is 15 times slower here';
  return { check, state: 'odd', found: 'own code, as native SHA-256 failed its test', next };
}

function signatures(): Check {
  const check = 'signatures';
  const { native } = signatureVerifier({ policy: { kind: 'clients' } });
  if (native.kind === 'trusted') return { check, state: 'good', found: 'native' };
  const next = 'use another build of Node; each check takes a millisecond here';
  return { check, state: 'odd', found: 'own code, as native Ed25519 failed its test', next };
}

function disk(home: Home): readonly Check[] {
  try {
    makePrivateFolder(home.path);
    const { bavail, bsize } = statfsSync(home.path);
    const free = bavail * bsize;
    const space: Check = {
      check: 'space',
      state: free >= freeBytesLeast ? 'good' : 'bad',
      found: `${Math.floor(free / 1024 / 1024)} MB free at ${home.path}`,
      ...(free < freeBytesLeast && { next: 'free some space' }),
    };
    const ms = measureSync(home.path);
    const isSlow = ms > syncMsSlow;
    const sync: Check = {
      check: 'sync',
      state: isSlow ? 'odd' : 'good',
      found: `${ms.toFixed(2)} ms to make a write durable`,
      ...(isSlow && { next: 'set WEFT_HOME to a faster disk' }),
    };
    return [space, sync];
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return [{ check: 'home', state: 'bad', found, next: 'set WEFT_HOME to a folder of yours' }];
  }
}

async function validators(home: Home, stored: StoredNetwork): Promise<Check> {
  const check = 'validators';
  const found = await findValidators(home, stored);
  if (!found.ok) {
    return { check, state: 'bad', found: found.error.found, next: whoStarts(stored) };
  }
  const network = networkFrom(stored.genesis);
  const quorum = network.ok ? (network.value.committee(epoch(0))?.quorum ?? 0n) : 0n;
  const up = found.value.filter(({ health }) => health.kind === 'up').length;
  const text = `${up} of ${found.value.length} up`;
  if (up === found.value.length) return { check, state: 'good', found: text };
  const others = found.value.filter(({ health }) => health.kind !== 'up');
  const reasons = others.map(({ name, health }) => `${name} ${healthText(health)}`).join(', ');
  const state = BigInt(up) >= quorum ? 'odd' : 'bad';
  const isStarted = others.every(({ health }) => health.kind === 'ailing');
  const next = isStarted ? 'run `weft explain` with what they say' : whoStarts(stored);
  return { check, state, found: `${text}: ${reasons}`, next };
}

/** How validators that do not answer are reached: a joined network runs elsewhere. */
function whoStarts({ notes }: StoredNetwork): string {
  if (notes.seed !== undefined) return 'run `weft net up`';
  return 'run `weft wallet init --network URL --trust ID` with where they are';
}

async function wallet(home: Home, { genesis }: StoredNetwork): Promise<Check> {
  const check = 'wallet';
  if (!existsSync(home.wallet)) {
    return { check, state: 'odd', found: 'none', next: 'run `weft wallet init`' };
  }
  if ((statSync(home.wallet).mode & 0o077) !== 0 && process.platform !== 'win32') {
    const next = `run chmod 600 ${home.wallet}`;
    return { check, state: 'bad', found: 'readable by others', next };
  }
  const store = openSqliteWalletStore(home.wallet, systemClock);
  try {
    const parts = { store, keys: keyMaker, passphrase: undefined, network: genesis };
    const opened = await openWallet(parts);
    if (!opened.ok) return { check, state: 'bad', found: opened.error.found, next: 'restore it' };
    const { length } = await opened.value.chains();
    const lock = opened.value.isEncrypted ? 'encrypted' : 'development keys, not encrypted';
    return { check, state: 'good', found: `${length} chains, ${lock}` };
  } finally {
    await store.close();
  }
}
