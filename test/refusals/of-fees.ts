import { policyNamed } from '#protocol/block/named-policies.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { token } from '#test/support/drive.ts';
import { transfer } from '#test/support/execution.ts';
import { limitedTo, priced } from '#test/support/reshaped.ts';
import { chainNamed } from '#test/support/store-values.ts';
import { type CasesOf, type Provoke, provokeBlock } from './cases.ts';

const { prices } = policyNamed('testnet');
const away = { chain: chainNamed('there'), owner: chainOwner };
const nano = 10n ** 9n;

/** All that alice has but for the fee of the transfer itself: its message is left to pay for. */
const allButTheFee = 100n * token - 10_510n * nano;

const leaving = (units: bigint): Provoke =>
  provokeBlock(
    { transactions: [transfer(chainOwner, away, allButTheFee - units)] },
    { reshape: priced(prices) },
  );

const two = [transfer(chainOwner, away, 1n), transfer(chainOwner, away, 1n)];

export const ofFees: CasesOf<'out-of-fees' | 'limit-exceeded'> = {
  'out-of-fees': {
    'a transfer that leaves nothing for its message': leaving(0n),
    'a transfer that leaves one unit too little': leaving(17_000n * nano - 1n),
    'an operation that costs more than there is': provokeBlock(
      {},
      { reshape: priced({ operation: 100n * token + 1n }) },
    ),
  },
  'limit-exceeded': {
    'an operation of too many bytes': provokeBlock(
      {},
      { reshape: limitedTo({ operationBytes: 1 }) },
    ),
    'a transaction that sends too much': provokeBlock(
      { transactions: two },
      { reshape: limitedTo({ transactionMessageBytes: 69 }) },
    ),
    'one message more than a block may send': provokeBlock(
      { transactions: two },
      { reshape: limitedTo({ messages: 1 }) },
    ),
  },
};
