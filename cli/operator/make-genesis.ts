import { ownerFromText } from '#client/account-ref.ts';
import { parseAmount } from '#client/amount.ts';
import type { ChainConfig } from '#protocol/block/chain-description.ts';
import { type Genesis, rootChainsRoot } from '#protocol/block/genesis.ts';
import { type PolicyName, policyNamed } from '#protocol/block/named-policies.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import { openPermissions } from '#protocol/block/permissions.ts';
import { protocolVersion } from '#protocol/block/proposed-block.ts';
import { type Network, networkFrom } from '#protocol/chain/network.ts';
import { publicKeyCodec } from '#protocol/crypto/signature.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { compareBytes } from '#protocol/primitives/bytes.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { epoch, type Timestamp } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { fail } from '../failure.ts';
import type { Stanza } from './stanza.ts';

export interface GenesisParts {
  readonly name: string;
  readonly stanzas: readonly Stanza[];
  /** `OWNER=TOKENS` each: the chains that the network begins with. */
  readonly chains: readonly string[];
  readonly policy: PolicyName;
  /** 32 random bytes. */
  readonly nonce: Uint8Array;
  readonly time: Timestamp;
}

export interface MadeGenesis {
  readonly genesis: Genesis;
  readonly network: Network;
}

/** The genesis of a network whose committee these stanzas make. */
export function makeGenesis(parts: GenesisParts): Result<MadeGenesis, Rejection> {
  const { name, policy, nonce, time } = parts;
  const rootChains: ChainConfig[] = [];
  for (const text of parts.chains) {
    const config = chainFrom(text);
    if (!config.ok) return config;
    rootChains.push(config.value);
  }
  const committee = parts.stanzas
    .map(({ publicKey, votes }) => ({
      publicKey: { scheme: 'ed25519', bytes: bytesFromHex(publicKey) } as const,
      weight: BigInt(votes),
    }))
    .sort((a, b) =>
      compareBytes(encode(publicKeyCodec, a.publicKey), encode(publicKeyCodec, b.publicKey)),
    );
  const header = {
    version: protocolVersion,
    name,
    timestamp: time,
    development: false,
    policy: policyNamed(policy),
    committee,
    rootChains: rootChainsRoot(rootChains),
    nonce,
  };
  const genesis = { header, rootChains };
  const network = networkFrom(genesis);
  return network.ok ? ok({ genesis, network: network.value }) : network;
}

function chainFrom(text: string): Result<ChainConfig, Rejection> {
  const at = text.lastIndexOf('=');
  const owner = ownerFromText(text.slice(0, at));
  const form = 'OWNER=TOKENS, the owner as `weft keygen` shows it';
  if (at < 0 || !owner) return fail('invalid-argument', text.slice(0, 120), form);
  const balance = parseAmount(text.slice(at + 1));
  if (!balance.ok) return balance;
  return ok({
    ownership: walletOwnership(owner),
    epoch: epoch(0),
    account: chainOwner,
    balance: balance.value,
    permissions: openPermissions,
  });
}
