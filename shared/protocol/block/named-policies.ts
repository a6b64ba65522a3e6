import { encode } from '../encoding/codec.ts';
import { tokenUnits } from '../primitives/amount-text.ts';
import { compareBytes } from '../primitives/bytes.ts';
import { type Amount, amount } from '../primitives/numbers.ts';
import { freePolicy, type ResourcePolicy, resourcePolicyCodec } from './policy.ts';

/** Prices that make flooding dear and a transfer cheap; limits as in the free policy. */
export const testnetPolicy: ResourcePolicy = {
  ...freePolicy,
  prices: {
    wasmFuel: nano(10n),
    evmFuel: nano(10n),
    runtimeByte: nano(1n),
    readOperation: nano(10_000n),
    writeOperation: nano(20_000n),
    byteRead: nano(10n),
    byteWritten: nano(100n),
    blobRead: nano(100n),
    blobPublished: nano(1_000n),
    blobByteRead: nano(10n),
    blobBytePublished: nano(100n),
    operation: nano(10_000n),
    operationByte: nano(10n),
    message: nano(10_000n),
    messageByte: nano(100n),
    serviceQuery: nano(10_000_000n),
    httpRequest: nano(50_000n),
  },
};

const policies = { free: freePolicy, testnet: testnetPolicy } as const;

/** A policy that comes with the program. */
export type PolicyName = keyof typeof policies;

export const policyNames: readonly PolicyName[] = Object.keys(policies) as PolicyName[];

export function policyNamed(name: PolicyName): ResourcePolicy {
  return policies[name];
}

/** The name of a policy that comes with the program. */
export function policyNameOf(policy: ResourcePolicy): PolicyName | undefined {
  const bytes = encode(resourcePolicyCodec, policy);
  return policyNames.find((name) => {
    return compareBytes(bytes, encode(resourcePolicyCodec, policies[name])) === 0;
  });
}

/** In 10⁻⁹ of a token. */
function nano(count: bigint): Amount {
  return amount((count * tokenUnits) / 10n ** 9n);
}
