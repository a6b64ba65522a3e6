import { isDeepStrictEqual } from 'node:util';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { ApiContext } from '#api/context.ts';
import { blobIdOf } from '#protocol/block/blob.ts';
import { multiLeader } from '#protocol/block/round.ts';
import { type ChainRequest, chainRequestCodec } from '#protocol/chain/requests.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { valueMediaType, type WireRequest } from '#wire/exchange.ts';
import { subscriptionCodec } from '#wire/notifications.ts';
import { requestPath, routes } from '#wire/routes.ts';
import { uploadCodec } from '#wire/uploads.ts';
import { type TestCommittee, testCommittee } from '../support/committee.ts';
import { confirm, draft, pay, proposeRequest, take } from '../support/drive.ts';
import { servedBy } from '../support/opened-node.ts';
import { publication } from '../support/publishing.ts';
import {
  cast as castOf,
  confirmBy,
  confirmedRequest,
  giveUp,
  proposed,
  signedProposal,
  timeoutRequest,
  validate,
  validatedRequest,
} from '../support/requests.ts';
import { firstChainOwned } from '../support/reshaped.ts';
import { height } from '../support/store-values.ts';

/** A validator in the middle of its work, whose store is watched. */
export interface Stage {
  readonly context: ApiContext;
  readonly committee: TestCommittee;
  /** Whether anything stored is another since this was last asked. */
  isChanged(): boolean;
  /** What cut requests short. */
  readonly faults: unknown[];
}

const blob = Uint8Array.of(1, 2, 3, 4);

/** The same one each time: a block behind it, bundles on their way, and a blob waited for. */
export async function newStage(): Promise<Stage> {
  const faults: unknown[] = [];
  const { committee, writes } = await behindOneBlock();
  const [validator] = committee.validators;
  if (!validator) throw new Error('one validator there is');
  const context = servedBy(validator, { onFault: (error) => faults.push(error) });
  const { store } = validator;
  let [counted, kept] = [writes(), store.snapshot()];
  function isChanged(): boolean {
    if (writes() === counted) return false;
    counted = writes();
    const before = kept;
    kept = store.snapshot();
    return !isDeepStrictEqual(before, kept);
  }
  return { context, committee, isChanged, faults };
}

/** The first chain has no super owner, so that its rounds time out. */
const reshape = firstChainOwned(([owner]) => ({
  superOwners: [],
  owners: owner ? [{ owner, weight: 1n }] : [],
}));

async function behindOneBlock() {
  let count = 0;
  const store = memoryChainStore({
    beforeStep({ action }) {
      if (action !== 'read') count++;
    },
  });
  const committee = testCommittee({ validators: 1, openStore: () => store, reshape });
  const { alice, bob } = castOf(committee);
  const { block } = await confirm(committee, alice, [pay(bob.chain, 1n), pay(bob.chain, 2n)]);
  return { committee, block, writes: () => count };
}

/** A request for every route, and for every kind of chain request, that the stage would grant. */
export async function stageRequests(): Promise<readonly WireRequest[]> {
  const bodies = (await chainRequests()).map((request) => ({
    path: requestPath(request.kind, 'any'),
    body: encode(chainRequestCodec, request),
  }));
  const { committee, block } = await behindOneBlock();
  const { alice, bob } = castOf(committee);
  const named = (path: string, chain: string) =>
    path
      .replace('{shard}', '0')
      .replace('{chain}', chain)
      .replace('{blob}', blobIdOf({ kind: 'data' }, blob));
  const reads = routes
    .filter(({ method }) => method === 'GET')
    .flatMap(({ path, query = [] }) =>
      [bob.chain, alice.chain].flatMap((chain) => [
        get(named(path, chain)),
        get(
          `${named(path, chain)}?${query.map((name) => `${name}=${sample(name, chain)}`).join('&')}`,
        ),
      ]),
    );
  const others = routes
    .filter(({ method, request }) => method === 'POST' && request === undefined)
    .map(({ name, path }) => post(named(path, bob.chain), bodyOf(name, block.hash)));
  return [...reads, ...others, ...bodies.map(({ path, body }) => post(path, body))];

  function bodyOf(name: string, digest: string): Uint8Array {
    if (name === 'subscriptions') return encode(subscriptionCodec, { chains: [bob.chain] });
    if (name === 'blob-upload') return blob;
    return encode(uploadCodec, { digest: digest as never, length: 4 });
  }
}

function sample(name: string, chain: string): string {
  if (name === 'chains') return chain;
  if (name === 'of') return chain;
  return { limit: '3', stream: '00', cursor: `${chain}0000000000000000` }[name] ?? '1';
}

const binary = { accept: valueMediaType, 'content-type': valueMediaType };

function get(target: string): WireRequest {
  return { method: 'GET', target, headers: { accept: valueMediaType }, body: bytesFromHex('') };
}

function post(target: string, body: Uint8Array): WireRequest {
  return { method: 'POST', target, headers: binary, body };
}

/** Of a twin of the stage, which goes on where the stage stops. */
async function chainRequests(): Promise<readonly ChainRequest[]> {
  const { committee, block } = await behindOneBlock();
  const { alice, bob, carol } = castOf(committee);
  const { validators } = committee;
  const received = await proposed(committee, bob, take(block, bob.chain));
  const validated = await validate(committee, validators, received.proposal);
  const confirmed = await confirmBy(committee, validators, validatedRequest(validated));
  const drafted = await draft(committee, validators[0]!, bob, [publication(blob)]);
  const waiting = await signedProposal(committee, drafted, { signer: bob.signer });
  const paid = await proposed(committee, alice, [pay(carol.chain, 5n)]);
  const ofAlice = { height: height(1), round: multiLeader(0) };
  const asked = await timeoutRequest(committee, alice, ofAlice);
  const timeout = await giveUp(committee, validators, alice, multiLeader(0));
  const body = { proposed: received.block.proposed, outcome: received.block.outcome };
  return [
    proposeRequest(received.proposal),
    proposeRequest(waiting),
    proposeRequest(paid.proposal),
    validatedRequest(validated),
    validatedRequest(validated, received.block),
    confirmedRequest(confirmed, received.block),
    { kind: 'confirmed-run', first: { certificate: confirmed, body }, more: [] },
    { kind: 'timeout', certificate: timeout },
    asked,
    {
      kind: 'propose',
      proposal: paid.proposal,
      previous: { certificate: confirmed, body },
      hints: [block.hash],
    },
  ];
}
