import { hashCodec } from '../crypto/hash.ts';
import { bytes } from '../encoding/byte-strings.ts';
import type { Decoded } from '../encoding/codec.ts';
import { u32 } from '../encoding/integers.ts';
import { amountCodec, epochCodec } from '../encoding/numbers.ts';
import { option, vector } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';
import { blobIdCodec } from './blob.ts';
import { chainConfigCodec } from './chain-description.ts';
import { chainIdCodec } from './chain-id.ts';
import { streamIdCodec } from './event.ts';
import { accountCodec, accountOwnerCodec, applicationIdCodec } from './owner.ts';
import { ownershipCodec } from './ownership.ts';
import { applicationPermissionsCodec } from './permissions.ts';

const moduleCodec = struct({
  contract: hashCodec,
  service: hashCodec,
  machine: u32,
  formats: option(hashCodec),
});

/** What a block's proposer may ask. The list is closed: a tag is never renumbered or reused. */
export const operationCodec = union({
  transfer: [0, struct({ from: accountOwnerCodec, to: accountCodec, amount: amountCodec })],
  claim: [1, struct({ from: accountCodec, to: accountCodec, amount: amountCodec })],
  'open-chain': [2, struct({ config: chainConfigCodec })],
  'close-chain': [3, struct({})],
  'change-ownership': [4, struct({ ownership: ownershipCodec })],
  'change-permissions': [5, struct({ permissions: applicationPermissionsCodec })],
  'publish-module': [6, struct({ module: moduleCodec })],
  'publish-blob': [7, struct({ blob: blobIdCodec })],
  'verify-blob': [8, struct({ blob: blobIdCodec })],
  'create-application': [
    9,
    struct({
      module: moduleCodec,
      parameters: bytes(1 << 16),
      argument: bytes(1 << 16),
      required: vector(applicationIdCodec, 64),
    }),
  ],
  'publish-committee': [10, struct({ blob: blobIdCodec })],
  'create-committee': [11, struct({ epoch: epochCodec, blob: blobIdCodec })],
  'remove-committee': [12, struct({ epoch: epochCodec })],
  'process-epoch': [13, struct({ epoch: epochCodec })],
  'update-stream': [
    14,
    struct({ chain: chainIdCodec, stream: streamIdCodec, first: u32, next: u32 }),
  ],
  checkpoint: [15, struct({})],
  approve: [
    16,
    struct({ owner: accountOwnerCodec, spender: accountOwnerCodec, amount: amountCodec }),
  ],
  'transfer-from': [
    17,
    struct({
      owner: accountOwnerCodec,
      spender: accountOwnerCodec,
      to: accountCodec,
      amount: amountCodec,
    }),
  ],
  application: [18, struct({ application: applicationIdCodec, operation: bytes(1 << 20) })],
});
export type Operation = Decoded<typeof operationCodec>;
