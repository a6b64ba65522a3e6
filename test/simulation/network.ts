import { localValidator } from '#api/local-validator.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { UnreachableFault, type ValidatorNode } from '#ports/validator-node.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { PendingHeight } from '#protocol/chain/info.ts';
import { type ChainReply, type ChainRequest, chainRequestCodec } from '#protocol/chain/requests.ts';
import type { PublicKey } from '#protocol/crypto/signature.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { someMs, type WorldContext } from './context.ts';
import { hearFrom } from './hints.ts';
import { longMs } from './queue.ts';
import { actorOf, type Recorded } from './recorder.ts';
import type { Replica, Worker } from './replica.ts';
import type { Process } from './scheduler.ts';
import type { SeenVote } from './watch-votes.ts';

/** A validator as the world has it; one with two replicas is a pair of twins with one key. */
export interface SimulatedValidator {
  readonly name: string;
  readonly publicKey: PublicKey;
  readonly replicas: readonly Replica[];
}

const patienceMs = 4_000;

/** What a process sees of a validator: requests and answers are lost, doubled and late. */
export function nodeFor(
  context: WorldContext,
  from: Process,
  validator: SimulatedValidator,
): ValidatorNode {
  const { name, publicKey } = validator;
  const ask = <T>(label: string, question: Question<T>) =>
    call(context, { from, validator, label: `${label} to ${name}` }, question);
  return {
    name,
    publicKey,
    handle(request) {
      const bytes = encode(chainRequestCodec, request);
      if (from.isStranger !== true) {
        context.traffic.saw(request);
        if (request.kind === 'propose') context.observer.signed(request.proposal);
      }
      return ask(request.kind, {
        put: (node) => node.handle(requestFrom(bytes)),
        votesIn: votesOfReply,
        proposal: request.kind === 'propose' ? request.proposal : undefined,
      });
    },
    info: (chain, flags) =>
      ask('info', {
        put: (node) => node.info(chain, flags),
        votesIn: (info) => (info.ok ? votesOfPending(info.value.pending) : []),
      }),
    blocks: (chain, first, limit) =>
      ask(
        'blocks',
        plain((node) => node.blocks(chain, first, limit)),
      ),
    openings: (chain, height, commitment) =>
      ask(
        'openings',
        plain((node) => node.openings(chain, height, commitment)),
      ),
    pendingBundles: (chain, cursor, limit) =>
      ask(
        'bundles',
        plain((node) => node.pendingBundles(chain, cursor, limit)),
      ),
    blob: (id) =>
      ask(
        'blob',
        plain((node) => node.blob(id)),
      ),
    blobState: (id) =>
      ask(
        'blob state',
        plain((node) => node.blobState(id)),
      ),
    uploadBlob: (chain, bytes) =>
      ask(
        'upload',
        plain((node) => node.uploadBlob(chain, bytes)),
      ),
    heldBlob: (chain, id) =>
      ask(
        'held blob',
        plain((node) => node.heldBlob(chain, id)),
      ),
    subscribe(chains, listener) {
      const { hub } = context.random.pick(validator.replicas);
      return hearFrom(context, { from, hub }, chains)(listener);
    },
  };
}

/** A question whose answer holds no votes. */
function plain<T>(put: Question<T>['put']): Question<T> {
  return { put, votesIn: () => [] };
}

interface Question<T> {
  put(node: ValidatorNode): Promise<T>;
  votesIn(reply: T): readonly Vote[];
  /** What a vote in the answer may be for. */
  readonly proposal?: BlockProposal | undefined;
}

interface Call {
  readonly from: Process;
  readonly validator: SimulatedValidator;
  readonly label: string;
}

function call<T>(context: WorldContext, made: Call, question: Question<T>): Promise<T> {
  const { scheduler, random, nature } = context;
  const { from, label } = made;
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const giveUp = scheduler.after(from, patienceMs, {
    label: `${label} unanswered`,
    act: () => reject(new UnreachableFault(label)),
  });
  const answer = (reply: T) => {
    if (random.chance(context.faults().loss)) return;
    if (context.links().isCut(from, made.validator.name, 'back')) return;
    const sent = { from: made.validator.name, to: from.name, sentMs: scheduler.now() };
    const act = () => {
      record(context, { ...sent, label: 'answer' });
      giveUp();
      resolve(reply);
    };
    scheduler.after(from, travelMs(context), { label: `${label} answered`, act });
  };
  const sent = { from: from.name, to: made.validator.name, sentMs: scheduler.now(), label };
  const act = () => {
    record(context, sent);
    arrive(context, made, { question, answer });
  };
  const isCut = context.links().isCut(from, made.validator.name, 'there');
  const { loss, double } = context.faults();
  if (!isCut && !random.chance(loss)) scheduler.after(nature, travelMs(context), { label, act });
  if (random.chance(double)) {
    scheduler.after(nature, longMs(context), { label: `${label} again`, act });
  }
  return promise;
}

type Sent = Omit<Extract<Recorded, { readonly kind: 'message' }>, 'kind' | 'atMs'>;

function record({ recorder, scheduler }: WorldContext, sent: Sent): void {
  if (!recorder) return;
  const [from, to] = [actorOf(sent.from), actorOf(sent.to)];
  recorder.add({ kind: 'message', ...sent, from, to, atMs: scheduler.now() });
}

interface Arrival<T> {
  readonly question: Question<T>;
  answer(reply: T): void;
}

function arrive<T>(
  context: WorldContext,
  { from, validator }: Call,
  { question, answer }: Arrival<T>,
): void {
  const { scheduler, random } = context;
  const replicas = validator.replicas.filter(({ side }) => isInReach(context, from, side));
  const replica = replicas.length > 0 ? random.pick(replicas) : undefined;
  if (!replica || replica.workers.length === 0) return;
  const worker = random.pick(replica.workers);
  scheduler.become(worker.process);
  const served = async () => {
    try {
      const reply = await question.put(localValidator(worker.ports, validator));
      for (const vote of question.votesIn(reply)) {
        const isNew = release(context, replica, vote) === 'first';
        const { proposal } = question;
        if (isNew && proposal && vote.payload.height === proposal.block.height) {
          context.observer.admitted(replica, proposal, vote.payload);
        }
      }
      answer(reply);
    } catch (error) {
      if (!(error instanceof StoreFault)) scheduler.fail(faultOf(worker, error));
    }
  };
  void served();
}

/** Once the world is parted, its sides do not hear of each other. */
function isInReach({ options, scheduler }: WorldContext, from: Process, side: number): boolean {
  if (options.traitor !== 'pair' || scheduler.now() < options.partingMs) return true;
  return from.side === side;
}

function release({ observer, reach }: WorldContext, replica: Replica, vote: Vote): SeenVote {
  const seen = observer.released(replica, vote);
  if (seen === 'again') reach('a vote was given again');
  const { value } = vote.payload;
  if (value.kind === 'validate' && value.unlocking) reach('a locked block was proposed again');
  return seen;
}

function faultOf({ process }: Worker, error: unknown): Error {
  return new Error(`${process.name} threw`, { cause: error });
}

function travelMs({ random, faults }: WorldContext): number {
  return random.chance(faults().slow) ? someMs(random, 100, 6_000) : someMs(random, 1, 40);
}

function requestFrom(bytes: Uint8Array): ChainRequest {
  const decoded = decode(chainRequestCodec, bytes);
  if (!decoded.ok) throw new Error(`a request does not decode: ${decoded.error.found}`);
  return decoded.value;
}

function votesOfReply({ previous, decided }: ChainReply): readonly Vote[] {
  return [previous, decided].flatMap((one) =>
    one?.kind === 'accepted' && one.vote ? [one.vote] : [],
  );
}

function votesOfPending(pending: PendingHeight | undefined): readonly Vote[] {
  return [pending?.validate, pending?.confirm].filter((vote) => vote !== undefined);
}
