import { parseAmount } from '#client/amount.ts';
import type { Client } from '#client/client.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import type { Amount } from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { randomName } from './correlation.ts';
import { homeFrom } from './home.ts';
import { openHome } from './home-wallet.ts';
import { connectFrom } from './with-client.ts';

export interface ConnectOptions {
  /** The folder of the network and its wallet; by default that of the `weft` command. */
  readonly home?: string;
  /** Of the wallet, asked once if its keys are encrypted. */
  readonly passphrase?: () => Promise<string>;
}

/** A program's way to chains: what it may do with them, and the keys that it does it with. */
export interface Connected {
  readonly client: Client;
  readonly wallet: Wallet;
  /** Sends what was held back, then gives everything up. */
  close(): Promise<void>;
}

/** Connects a program to the network of a home, with the wallet that is there. */
export async function connect({
  home: path = process.env.WEFT_HOME ?? '',
  passphrase = () => Promise.resolve(''),
}: ConnectOptions = {}): Promise<Result<Connected, Rejection>> {
  const home = homeFrom({ WEFT_HOME: path });
  const open = await openHome(home, passphrase);
  if (!open.ok) return open;
  const { wallet } = open.value;
  const connection = await connectFrom(home, open.value, randomName);
  if (!connection.ok) {
    await wallet.close();
    return connection;
  }
  const { client, close } = connection.value;
  return ok({
    client,
    wallet,
    async close() {
      await close();
      await wallet.close();
    },
  });
}

/** A refusal that a program does not go on after. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly rejection: Rejection;

  constructor(rejection: Rejection) {
    super(`${rejection.kind}: ${rejection.found}, expected ${rejection.expected}`);
    this.rejection = rejection;
  }
}

/**
 * What was asked for.
 *
 * @throws RefusedError if it was refused.
 */
export function must<T>(result: Result<T, Rejection>): T {
  if (result.ok) return result.value;
  throw new RefusedError(result.error);
}

/**
 * Tokens as people write them, such as `10` or `0.25`.
 *
 * @throws RefusedError if the text is no amount, or nothing.
 */
export function tokens(text: string): Amount {
  const amount = must(parseAmount(text));
  return amount > 0n ? amount : must(refuse('zero-amount', text, 'more than 0'));
}
