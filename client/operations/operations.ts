import type { BlobId } from '#protocol/block/blob.ts';
import type { Amount } from '#protocol/primitives/numbers.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { ClientRejection } from '../rejection.ts';
import type { BlockReceipt, TransferReceipt } from '../transfer.ts';
import {
  type AllowanceRef,
  type ApproveRequest,
  allowance,
  approve,
  type TransferFromRequest,
  transferFrom,
} from './allowances.ts';
import { type ClaimRequest, claim } from './claim.ts';
import { type CloseChainRequest, type ClosedChain, closeChain } from './close-chain.ts';
import type { Driver } from './make-block.ts';
import { type OpenChainRequest, type OpenedChain, openChain } from './open-chain.ts';
import {
  type ChainOwnership,
  type ChangeOwnershipRequest,
  changeOwnership,
  readOwnership,
} from './ownership.ts';
import { type Published, type PublishRequest, publish } from './publish.ts';
import { readBlob, readContent } from './read-content.ts';

type Answer<T> = Promise<Result<T, ClientRejection>>;

/** What a client does with chains, besides moving their own tokens. */
export interface Operations {
  /** Opens a chain, and lists it in the wallet if the key of an owner is there. */
  openChain(request: OpenChainRequest): Answer<OpenedChain>;
  ownership(chain: string): Answer<ChainOwnership>;
  changeOwnership(request: ChangeOwnershipRequest): Answer<BlockReceipt>;
  /** Closes a chain for ever; of one that is closed it says so. */
  closeChain(request: CloseChainRequest): Answer<ClosedChain>;
  /** Asks an account on another chain to pay. */
  claim(request: ClaimRequest): Answer<TransferReceipt>;
  approve(request: ApproveRequest): Answer<BlockReceipt>;
  allowance(request: AllowanceRef): Answer<Amount>;
  transferFrom(request: TransferFromRequest): Answer<TransferReceipt>;
  /** Publishes content, in chunks if it is larger than one blob. */
  publishBlob(request: PublishRequest): Answer<Published>;
  /** A published blob; whoever gave it, it is what its id says. */
  readBlob(id: BlobId): Answer<Uint8Array>;
  /** What was published under an id, put together if it is in chunks. */
  readContent(id: BlobId): Answer<Uint8Array>;
}

export function operationsOver(driver: Driver): Operations {
  return {
    openChain: (request) => openChain(driver, request),
    ownership: (chain) => readOwnership(driver, chain),
    changeOwnership: (request) => changeOwnership(driver, request),
    closeChain: (request) => closeChain(driver, request),
    claim: (request) => claim(driver, request),
    approve: (request) => approve(driver, request),
    allowance: (request) => allowance(driver, request),
    transferFrom: (request) => transferFrom(driver, request),
    publishBlob: (request) => publish(driver, request),
    readBlob: (id) => readBlob(driver.context, id),
    readContent: (id) => readContent(driver.context, id),
  };
}
