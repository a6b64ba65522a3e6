import { httpServer } from '#adapters/http/server.ts';
import { inProcessBus } from '#adapters/memory/in-process-bus.ts';
import { memoryNotifier } from '#adapters/memory/notifier.ts';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import type { VerdictMemo } from '#adapters/node-crypto/verdict-memo.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { type OpenBoundSigner, openBoundSigner } from '#adapters/sqlite/bound-signer.ts';
import { openSqliteChainStore, type SqliteChainStore } from '#adapters/sqlite/chain-store.ts';
import { NoKeyFault } from '#adapters/sqlite/key-record.ts';
import { FileInUseFault } from '#adapters/sqlite/open-database.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { handleApi } from '#api/handle-api.ts';
import type { ServedPorts } from '#api/local-validator.ts';
import { validatorApi } from '#api/validator-api.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { deliverBlock } from '#worker/sweep.ts';
import { version } from './command.ts';
import { type Driver, startDriver } from './driver.ts';
import { fail } from './failure.ts';
import { makePrivateFolder } from './files.ts';
import { type Home, validatorFiles } from './home.ts';
import { portRejection } from './net/ports.ts';
import type { StoredNetwork } from './network-files.ts';
import { peersOf } from './peers.ts';
import { type ValidatorLogOptions, validatorLog } from './validator-log.ts';

const host = '127.0.0.1';
const bellsMax = 10_000;
const deliveriesMax = 16;
/** One part serves all chains. */
const shardMap = { version: 1, bits: 0 };

export interface RunningValidator {
  readonly name: string;
  readonly url: string;
  /** Of its voting key, in hexadecimal. */
  readonly publicKey: string;
  /** Answers what it has taken, then flushes its store. */
  stop(): Promise<void>;
}

export interface ValidatorRequest {
  readonly home: Home;
  readonly stored: StoredNetwork;
  readonly name: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Shared by the validators of one process. */
  readonly memo?: VerdictMemo | undefined;
  readonly logs: ValidatorLogOptions['logs'];
}

/** Everything a validator is made of: store, key, rules, routes, and the driver behind them. */
export async function startValidator(
  request: ValidatorRequest,
): Promise<Result<RunningValidator, Rejection>> {
  const { home, stored, name, port, logs } = request;
  const network = networkFrom(stored.genesis);
  if (!network.ok) return network;
  installNativeHash();
  makePrivateFolder(home.validators);
  const opened = openFiles(request);
  if (!opened.ok) return opened;
  const { store, signer } = opened.value;
  const bus = inProcessBus({ bellsMax, deliveriesMax });
  const policy = { kind: 'validators', clock: systemClock } as const;
  const ports: ServedPorts = {
    network: network.value,
    chains: store,
    blobs: store.blobs,
    verifier: signatureVerifier(request.memo ? { policy, memo: request.memo } : { policy }),
    clock: systemClock,
    bus,
    notifier: memoryNotifier({ run: newRun() }),
    signer,
    tracks: () => true,
  };
  const log = validatorLog({ name, logs, write: (line) => process.stderr.write(line) });
  const api = validatorApi(ports, {
    identity: { name, publicKey: signer.publicKey },
    software: `weft ${version}`,
    shardMap: () => shardMap,
    onFault: log.fault,
    onAnswered: log.answered,
  });
  const server = httpServer((received) => handleApi(api, received));
  const close = async () => {
    await bus.stop();
    await signer.close();
    await store.close();
  };
  try {
    const { url } = await server.listen({ port, host });
    bus.connect((bell) => deliverBlock(ports, bell));
    const peers = peersOf(home, stored.notes, name);
    const driver = startDriver(ports, peers.nodes, log.fault);
    const stop = () => stopInOrder({ server, driver, peers, close });
    return ok({ name, url, publicKey: hexFromBytes(signer.publicKey.bytes), stop });
  } catch (error) {
    await close();
    if (error instanceof Error) return { ok: false, error: portRejection(port, error) };
    throw error;
  }
}

/** Names this process's notifications, so that those of an earlier one are known to be gone. */
function newRun(): string {
  return hexFromBytes(crypto.getRandomValues(new Uint8Array(8)));
}

interface Stoppable {
  readonly server: { close(): Promise<void> };
  readonly driver: Driver;
  readonly peers: { close(): Promise<void> };
  close(): Promise<void>;
}

async function stopInOrder({ server, driver, peers, close }: Stoppable): Promise<void> {
  await Promise.all([server.close(), driver.stop()]);
  await peers.close();
  await close();
}

interface OpenFiles {
  readonly store: SqliteChainStore;
  readonly signer: OpenBoundSigner;
}

function openFiles({ home, name }: ValidatorRequest): Result<OpenFiles, Rejection> {
  const files = validatorFiles(home, name);
  let store: SqliteChainStore | undefined;
  try {
    store = openSqliteChainStore(files.store, { sharing: 'exclusive' });
    const signer = openBoundSigner({
      keyPath: files.key,
      run: store.run,
      signerFromSeed: ed25519Signer,
    });
    return ok({ store, signer });
  } catch (error) {
    void store?.close();
    if (error instanceof NoKeyFault) {
      return fail('no-key', `${name}: ${error.message}`, 'the key file of this validator');
    }
    if (!(error instanceof FileInUseFault)) throw error;
    return fail('key-in-use', error.message, `no other process that runs ${name}`);
  }
}
