import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import { type Carrier, carrierTo } from '#adapters/http/carrier.ts';
import { hintStreams } from '#adapters/http/hints.ts';
import { sendUpload } from '#adapters/http/send-upload.ts';
import { type HttpValidator, validatorOver } from '#adapters/http/validator-over.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { nodeAt } from '#cli/peers.ts';
import { type DevelopmentNetwork, developmentGenesis } from '#client/genesis.ts';
import { chainIdOf } from '#protocol/block/chain-description.ts';
import {
  type Genesis,
  genesisCodec,
  networkIdOf,
  rootDescription,
} from '#protocol/block/genesis.ts';
import { ownerOf, ownerText } from '#protocol/block/owner.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { granted, testKeys } from '#test/support/client-world.ts';
import { embeddedMember, type Located, startEmbedded } from '#test/support/committee-driver.ts';
import { deployedNames } from '../deployed-stages.ts';
import { freePort } from '../emulators/emulator.ts';
import type { AskedOf, DeployedCommittee } from './deployed-network.ts';
import type { OperatorDesk } from './operator-desk.ts';
import { emulatorUrl, targetAccount, targetRegion } from './target.ts';

const configs = join(import.meta.dirname, '../../../validators');
const deadlineMs = 20_000;

/** Deploys two validators with the real CDK, and has each make its key and bind it. */
export async function deployValidators(folder: string, desk: OperatorDesk): Promise<Located[]> {
  const [account, region] = [await targetAccount(), targetRegion()];
  for (const name of deployedNames) {
    const config = JSON.parse(readFileSync(join(configs, `${name}.json`), 'utf8'));
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...config, account, region }));
  }
  await desk.cdk('bootstrap', `aws://${account}/${region}`);
  const stages = deployedNames.map((name) => `${name}/*`);
  await desk.cdk('deploy', ...stages, '--require-approval', 'never');
  const members: Located[] = [];
  for (const name of deployedNames) {
    const { stanza } = await desk.weft('init', name);
    members.push(stanza);
  }
  return members;
}

/** One committee of the two that are deployed and two that are embedded. */
export async function deployedCommittee(
  folder: string,
  desk: OperatorDesk,
  deployed: readonly Located[],
): Promise<DeployedCommittee> {
  const options = { seed: 'deployed', validators: 2, nonce: testKeys.random(32) };
  const sample = developmentGenesis({ ...options, time: systemClock.now() }, testKeys);
  const seeds = sample.validatorSeeds;
  const embedded = await Promise.all(
    seeds.map(async (seed) => embeddedMember(seed, await freePort())),
  );
  const members = [...deployed, ...embedded];
  const stanzas = members.map((member) => stanzaFile(folder, member));
  const path = join(folder, 'genesis.bin');
  const chains = sample.chainKeys.flatMap(({ seed }) => [
    '--chain',
    `${ownerText(ownerOf(ed25519Signer(seed).publicKey))}=100`,
  ]);
  await desk.weft('genesis', ...stanzas, '--out', path, '--policy', 'free', ...chains);
  for (const name of deployedNames) await desk.weft('join', name, path, ...stanzas);
  const genesis = granted(decode(genesisCodec, Uint8Array.from(readFileSync(path))));
  const home = join(folder, 'embedded');
  const running = await startEmbedded({ folder: home, genesis, members, embedded, seeds });
  const asked: AskedOf[] = [];
  const onAws = deployed.map((member) => nodeOnAws(member, asked));
  const nodes = [...onAws, ...embedded.map((member) => nodeAt(member))];
  return {
    ...running,
    asked,
    development: begunBy(genesis, sample),
    clock: systemClock,
    validators: nodes.map((node) => ({ node })),
    timeouts: patient,
    steady: deployedNames,
    embedded: embedded.map(({ name }) => name),
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
      await running.close();
    },
  };
}

/** The emulator starts a process for a request, so answers take their time. */
const patient = {
  request: duration(20_000_000n),
  delivery: duration(30_000_000n),
  close: duration(20_000_000n),
};

function stanzaFile(folder: string, { name, publicKey, url }: Located): string {
  const path = join(folder, `${name}.stanza`);
  writeFileSync(path, JSON.stringify({ name, publicKey, url, votes: 1 }));
  return path;
}

/** Whose chains the network begins with. */
function begunBy(genesis: Genesis, sample: DevelopmentNetwork): DevelopmentNetwork {
  const { header, rootChains } = genesis;
  const chainKeys = sample.chainKeys.map((key, index) => {
    const config = rootChains[index];
    assert.ok(config);
    const origin = rootDescription(networkIdOf(header), index, { header, config });
    return { ...key, chain: chainIdOf(origin) };
  });
  return { genesis, validatorSeeds: sample.validatorSeeds, chainKeys };
}

/** What a REST API is told to be called is AWS's own name for it. */
function emulatedHost(url: string, emulator: string): string {
  const { host } = new URL(url);
  return host.replace(/\.[a-z0-9-]+\.amazonaws\.com$/, `.localhost:${new URL(emulator).port}`);
}

/** The host's name leads to this machine, whatever resolves it elsewhere. */
const onThisMachine: LookupFunction = (_, __, found) =>
  found(null, [{ address: '127.0.0.1', family: 4 }]);

/** An emulator tells its APIs apart by the host asked for, whether or not that name resolves. */
function nodeOnAws({ url, name, publicKey }: Located, asked: AskedOf[]): HttpValidator {
  const emulator = emulatorUrl();
  const host = emulator !== undefined && { host: emulatedHost(url, emulator) };
  const plain = carrierTo(emulator ?? url, 4);
  const carrier: Carrier = {
    ...plain,
    async send(sent) {
      const received = await plain.send({ ...sent, headers: { ...sent.headers, ...host } });
      asked.push({ member: name, path: sent.path, bytes: received.body.length });
      return received;
    },
  };
  const key = { scheme: 'ed25519', bytes: bytesFromHex(publicKey) } as const;
  const hints = hintStreams({
    url,
    socketUrl: async () => (await node.network()).socketUrl,
    ...(emulator !== undefined && { socket: { lookup: onThisMachine } }),
  });
  const reached = { url, name, publicKey: key, deadlineMs, carrier, hints, sendUpload };
  const node: HttpValidator = validatorOver(reached);
  return node;
}
