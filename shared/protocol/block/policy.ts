import type { Decoded } from '../encoding/codec.ts';
import { u32, u64 } from '../encoding/integers.ts';
import { amountCodec, durationCodec } from '../encoding/numbers.ts';
import { vector } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { text } from '../encoding/text.ts';
import { amount, duration } from '../primitives/numbers.ts';
import { applicationIdCodec } from './owner.ts';

/** What each unit of a resource costs, in tokens of 10⁻¹⁸. */
export const pricesCodec = struct({
  wasmFuel: amountCodec,
  evmFuel: amountCodec,
  runtimeByte: amountCodec,
  readOperation: amountCodec,
  writeOperation: amountCodec,
  byteRead: amountCodec,
  byteWritten: amountCodec,
  blobRead: amountCodec,
  blobPublished: amountCodec,
  blobByteRead: amountCodec,
  blobBytePublished: amountCodec,
  operation: amountCodec,
  operationByte: amountCodec,
  message: amountCodec,
  messageByte: amountCodec,
  serviceQuery: amountCodec,
  httpRequest: amountCodec,
});

/**
 * The most of each resource that one block may use, bytes and counts unless a name says else.
 * Limits of a transaction bind operations and accepted bundles; rejecting is always possible.
 */
export const limitsCodec = struct({
  wasmFuel: u64,
  evmFuel: u64,
  serviceTime: durationCodec,
  /** Bytes of a block as stored: transactions and outcome. */
  blockBytes: u32,
  /** Transactions of a block. */
  transactions: u32,
  /** Bytes of a proposal as sent, a retried certificate and outcome included. */
  proposalBytes: u32,
  blobBytes: u32,
  bytecodeBytes: u32,
  publishedBlobs: u32,
  bytesRead: u64,
  bytesWritten: u64,
  oracleResponseBytes: u32,
  httpResponseBytes: u32,
  httpTimeout: durationCodec,
  /** How far a block's time may be ahead of a validator's clock. */
  grace: durationCodec,
  /** Bytes of one operation. */
  operationBytes: u32,
  /** Messages that one transaction sends. */
  transactionMessages: u32,
  /** Bytes of the messages that one transaction sends, so that a block can take or return them. */
  transactionMessageBytes: u32,
  /** Messages that a block sends. */
  messages: u32,
});

/** What resources cost and how much of them there is; part of the genesis. */
export const resourcePolicyCodec = struct({
  prices: pricesCodec,
  limits: limitsCodec,
  httpHosts: vector(text(253), 256),
  freeApplications: vector(applicationIdCodec, 256),
});
export type ResourcePolicy = Decoded<typeof resourcePolicyCodec>;

const free = amount(0n);

/** Everything costs nothing; limits as on a test network. */
export const freePolicy: ResourcePolicy = {
  prices: {
    wasmFuel: free,
    evmFuel: free,
    runtimeByte: free,
    readOperation: free,
    writeOperation: free,
    byteRead: free,
    byteWritten: free,
    blobRead: free,
    blobPublished: free,
    blobByteRead: free,
    blobBytePublished: free,
    operation: free,
    operationByte: free,
    message: free,
    messageByte: free,
    serviceQuery: free,
    httpRequest: free,
  },
  limits: {
    wasmFuel: 100_000_000n,
    evmFuel: 100_000_000n,
    serviceTime: duration(10_000_000n),
    blockBytes: 1_000_000,
    transactions: 10_000,
    proposalBytes: 2_500_000,
    blobBytes: 1_000_000,
    bytecodeBytes: 10_000_000,
    publishedBlobs: 10,
    bytesRead: 100_000_000n,
    bytesWritten: 10_000_000n,
    oracleResponseBytes: 10_000,
    httpResponseBytes: 10_000,
    httpTimeout: duration(20_000_000n),
    grace: duration(500_000n),
    operationBytes: 250_000,
    transactionMessages: 1_024,
    transactionMessageBytes: 400_000,
    messages: 10_000,
  },
  httpHosts: [],
  freeApplications: [],
};
