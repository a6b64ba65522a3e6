import { bytesFromHex } from '#protocol/primitives/hex.ts';
import type { VerifyEd25519 } from './native-ed25519.ts';
import { withGroupOrders } from './scalar.ts';

/** Whether the platform's check may be used, and if not, what it judged wrongly. */
export type NativeTrial =
  | { readonly kind: 'trusted' }
  | { readonly kind: 'distrusted'; readonly because: string };

export interface TrialCase {
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Signatures that ZIP-215 finds invalid, each of a sort that some library accepts. */
export function invalidCases(): readonly TrialCase[] {
  return [...unreducedScalars(), ...flippedBits(), rewrittenPoint];
}

/** Source: RFC 8032 section 7.1, test 3. */
export const honestCase: TrialCase = {
  name: 'an honest signature',
  publicKey: bytesFromHex('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025'),
  message: bytesFromHex('af82'),
  signature: bytesFromHex(
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac' +
      '18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ),
};

/**
 * Accepting what the rule refuses would split the validators; refusing an honest signature would
 * make it useless. Cases that the rule accepts cannot be judged wrongly, so they are not tried.
 */
export function tryNative(verify: VerifyEd25519): NativeTrial {
  const judge = ({ publicKey, message, signature }: TrialCase): boolean =>
    verify(publicKey, message, signature);
  try {
    if (!judge(honestCase)) return { kind: 'distrusted', because: 'refuses an honest signature' };
    const accepted = invalidCases().find(judge);
    if (accepted !== undefined) {
      return { kind: 'distrusted', because: `accepts ${accepted.name}` };
    }
  } catch (error) {
    return { kind: 'distrusted', because: `throws ${String(error)}` };
  }
  return { kind: 'trusted' };
}

function unreducedScalars(): TrialCase[] {
  return Array.from({ length: 15 }, (_, i) => ({
    ...honestCase,
    name: `S plus ${i + 1} times the group order`,
    signature: withGroupOrders(honestCase.signature, i + 1),
  }));
}

function flippedBits(): TrialCase[] {
  const cases: TrialCase[] = [];
  for (const part of ['publicKey', 'message', 'signature'] as const) {
    for (let byte = 0; byte < honestCase[part].length; byte += 5) {
      const flipped = honestCase[part].slice();
      flipped[byte] = (flipped[byte] as number) ^ (1 << (byte & 7));
      cases.push({ ...honestCase, name: `bit ${byte & 7} of ${part}[${byte}]`, [part]: flipped });
    }
  }
  return cases;
}

/** A library that hashes R as it would write it, not as it was sent, accepts this one. */
const rewrittenPoint: TrialCase = {
  name: 'a signature over the canonical form of its R',
  publicKey: bytesFromHex('0cbba71954049ec81385f1a9a40b65bf4f2928735bd8f1248c4ef99a630012b0'),
  message: bytesFromHex('0000002a00000000000000000000000000000000000000000000000000000000'),
  signature: bytesFromHex(
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f' +
      '337560fb64e448068a4e5f157d166e4ee8251ca0cf788495cc55e4e22028f60d',
  ),
};
