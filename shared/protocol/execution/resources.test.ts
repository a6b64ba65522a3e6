import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { policyNamed, policyNames, testnetPolicy } from '../block/named-policies.ts';
import { freePolicy, type ResourcePolicy } from '../block/policy.ts';
import { amount, u128Max } from '../primitives/numbers.ts';
import { grantPayer, type Payer } from './payers.ts';
import { openMeter, type Usage } from './resources.ts';

function limited(limits: Partial<ResourcePolicy['limits']>, base = freePolicy): ResourcePolicy {
  return { ...base, limits: { ...base.limits, ...limits } };
}

function kind(result: ReturnType<ReturnType<typeof openMeter>['use']>): string | undefined {
  return result.ok ? undefined : result.error.kind;
}

const counts = fc.nat({ max: 50 });
const usages: fc.Arbitrary<Usage> = fc.record({
  operation: counts,
  operationByte: counts,
  message: counts,
  messageByte: counts,
  blobRead: counts,
  blobByteRead: counts,
  blobPublished: counts,
  blobBytePublished: counts,
});

test('policies have names, and only the free one is free', () => {
  deepEqual(policyNames, ['free', 'testnet']);
  deepEqual(
    policyNames.map((name) => openMeter(policyNamed(name)).isFree),
    [true, false],
  );
});

const costs: readonly (readonly [Usage, bigint])[] = [
  [{ operation: 1 }, 10_000_000_000_000n],
  [{ operationByte: 1 }, 10_000_000_000n],
  [{ message: 1 }, 10_000_000_000_000n],
  [{ messageByte: 1 }, 100_000_000_000n],
  [{ blobRead: 1 }, 100_000_000_000n],
  [{ blobByteRead: 1 }, 10_000_000_000n],
  [{ blobPublished: 1 }, 1_000_000_000_000n],
  [{ blobBytePublished: 1 }, 100_000_000_000n],
  [{ dataBlob: 1, dataBlobByte: 1 }, 0n],
  [{ operation: 2, messageByte: 3 }, 20_300_000_000_000n],
];
for (const [usage, cost] of costs) {
  test(`on a test network ${JSON.stringify(usage)} costs ${cost}`, () => {
    equal(openMeter(testnetPolicy).costOf(usage), cost);
    equal(openMeter(freePolicy).costOf(usage), 0n);
  });
}

test('with the free policy whatever is within the limits is paid for by nobody', () => {
  const never: Payer = {
    available: () => {
      throw new Error('nobody is asked');
    },
    take: () => {
      throw new Error('nobody pays');
    },
  };
  fc.assert(
    fc.property(usages, (usage) => {
      const meter = openMeter(limited({ publishedBlobs: 50 }));
      equal(meter.use(usage, [never]).ok, true);
      equal(meter.burned(), 0n);
    }),
  );
});

test('what is burned is what the payers lose, and they never lose more than they have', () => {
  const held = fc.bigInt({ min: 0n, max: 2_000_000_000_000_000n });
  fc.assert(
    fc.property(fc.array(usages, { maxLength: 8 }), fc.array(held, { maxLength: 3 }), (uses, h) => {
      const meter = openMeter(testnetPolicy);
      const payers = h.map(grantPayer);
      const total = () => payers.reduce((sum, payer) => sum + payer.available(), 0n);
      const before = total();
      for (const usage of uses) {
        const [left, burned] = [total(), meter.burned()];
        const cost = meter.costOf(usage);
        const paid = meter.use(usage, payers);
        equal(kind(paid), cost > left ? 'out-of-fees' : undefined);
        equal(meter.burned() - burned, paid.ok ? cost : 0n);
      }
      equal(before - total(), meter.burned());
      equal(
        payers.every((payer) => payer.available() >= 0n),
        true,
      );
    }),
  );
});

test('a price that no balance can pay is refused, not wrapped around', () => {
  const prices = { ...testnetPolicy.prices, operation: amount(u128Max) };
  const meter = openMeter({ ...testnetPolicy, prices });
  const payer = grantPayer(u128Max);
  equal(kind(meter.use({ operation: 2 }, [payer])), 'out-of-fees');
  equal(payer.available(), u128Max);
  equal(kind(meter.use({ operation: 1 }, [payer])), undefined);
  equal(payer.available(), 0n);
});

const ofTransaction: readonly (readonly [Usage, Partial<ResourcePolicy['limits']>])[] = [
  [{ message: 3 }, { transactionMessages: 6 }],
  [{ dataBlobByte: 3 }, { blobBytes: 6 }],
];
for (const [usage, limits] of ofTransaction) {
  const [name] = Object.keys(limits);
  test(`${name} may be reached in each transaction, and not passed in one`, () => {
    const meter = openMeter(limited(limits));
    equal(kind(meter.use(usage, [])), undefined);
    equal(kind(meter.use(usage, [])), undefined);
    equal(kind(meter.use(usage, [])), 'limit-exceeded');
    equal(kind(meter.useFreely(usage)), 'limit-exceeded');
    equal(kind(meter.useAnyway(usage)), undefined);
    meter.begin();
    equal(kind(meter.useFreely(usage)), undefined);
  });
}

const ofBlock: readonly (readonly [Usage, Partial<ResourcePolicy['limits']>])[] = [
  [{ message: 3 }, { messages: 6 }],
  [{ dataBlob: 3 }, { publishedBlobs: 6 }],
];
for (const [usage, limits] of ofBlock) {
  const [name] = Object.keys(limits);
  test(`${name} may be reached in a block, and not passed, by what is free either`, () => {
    const meter = openMeter(limited(limits));
    equal(kind(meter.use(usage, [])), undefined);
    meter.begin();
    equal(kind(meter.useFreely(usage)), undefined);
    meter.begin();
    equal(kind(meter.use(usage, [])), 'limit-exceeded');
    equal(kind(meter.useFreely(usage)), 'limit-exceeded');
    equal(kind(meter.useAnyway(usage)), 'limit-exceeded');
  });
}

test('a limit is checked before anything is paid, and what it refuses is not counted', () => {
  const meter = openMeter(limited({ transactionMessages: 2 }, testnetPolicy));
  const payer = grantPayer(u128Max);
  equal(kind(meter.use({ message: 3 }, [payer])), 'limit-exceeded');
  equal(kind(meter.use({ message: 3 }, [])), 'limit-exceeded');
  equal(payer.available(), u128Max);
  equal(kind(meter.use({ message: 2 }, [])), 'out-of-fees');
  equal(kind(meter.use({ message: 2 }, [payer])), undefined);
});

test('no policy admits more messages than a bundle or an outcome can hold', () => {
  const meter = openMeter(limited({ transactionMessages: 100_000, messages: 100_000 }));
  equal(kind(meter.use({ message: 1_025 }, [])), 'limit-exceeded');
  equal(kind(meter.use({ message: 1_024 }, [])), undefined);
  equal(kind(meter.useAnyway({ message: 65_536 - 1_024 })), undefined);
  equal(kind(meter.useAnyway({ message: 1 })), 'limit-exceeded');
});
