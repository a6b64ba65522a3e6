import { type Block, blockBodyCodec, blockFrom } from '../block/block.ts';
import type { BlockOutcome } from '../block/outcome.ts';
import type { ResourcePolicy } from '../block/policy.ts';
import { type ProposedBlock, protocolVersion } from '../block/proposed-block.ts';
import { encodedLength } from '../encoding/codec.ts';
import type { Timestamp } from '../primitives/numbers.ts';
import { refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import type { StateCommit } from '../state/state-commit.ts';
import type { StateView } from '../state/state-view.ts';
import { openBalances } from './balances.ts';
import type { BlobFacts } from './blob-facts.ts';
import { openEffects } from './block-effects.ts';
import { checkSizes } from './check-sizes.ts';
import { executeOperation } from './execute-operation.ts';
import { burnFees, openFees } from './fees.ts';
import { linkMessages } from './link-messages.ts';
import { receiveBundle } from './receive-bundle.ts';
import type { ExecutionRejection } from './rejection.ts';
import { openMeter } from './resources.ts';
import { readSettings, type Settings, writeSettings } from './system-state.ts';

/** An executed block, and the state after it. */
export interface Executed {
  readonly block: Block;
  /** Length of the block's encoding as a `blockBodyCodec`. */
  readonly bodyBytes: number;
  readonly state: StateCommit;
}

export interface ExecutionContext {
  readonly policy: ResourcePolicy;
  /** Time of the block before. */
  readonly parentTime: Timestamp;
  readonly blobs: BlobFacts;
}

/**
 * Executes a block over the state of its parent. While `view` lacks nodes, the answer is a guess
 * and `undefined` may stand for a result that cannot be known yet.
 */
export function executeBlock(
  view: StateView,
  proposed: ProposedBlock,
  { policy, parentTime, blobs }: ExecutionContext,
): Result<Executed | undefined, ExecutionRejection> {
  const settings = readSettings(view);
  if (settings === undefined) return ok(undefined);
  const checked = checkBlock(proposed, { settings, policy, parentTime });
  if (!checked.ok) return checked;
  const effects = openEffects(settings);
  const balances = openBalances(view);
  const meter = openMeter(policy);
  const { chain, height, timestamp, signer } = proposed;
  const { ownership } = settings;
  const fees = openFees({ meter, balances, ownership, signer, takeSent: effects.takeSent });
  const place = { chain, height, timestamp, settings, signer };
  const context = { ...place, view, balances, blobs, effects, fees };
  for (const [transaction, step] of proposed.transactions.entries()) {
    effects.begin(transaction);
    meter.begin();
    const done =
      step.kind === 'operation'
        ? executeOperation(context, step.operation)
        : receiveBundle(context, step);
    // A refusal may be for what is missing: those behind it say now what they lack, all at once.
    if (!done.ok && view.missing.size === 0) return done;
  }
  balances.write();
  burnFees(view, meter);
  const changed = effects.changedSettings();
  if (changed !== undefined) writeSettings(view, changed);
  const recorded = effects.recorded();
  const previousMessages = linkMessages(view, height, recorded.messages);
  const state = view.commit();
  if (state === undefined) return ok(undefined);
  const outcome: BlockOutcome = {
    ...recorded,
    previousMessages,
    previousEvents: [],
    events: [],
    operationResults: [],
    state: state.root,
  };
  const bodyBytes = encodedLength(blockBodyCodec, { proposed, outcome });
  if (bodyBytes > policy.limits.blockBytes) {
    return refuse('block-too-large', `${bodyBytes} bytes`, `up to ${policy.limits.blockBytes}`);
  }
  const { messages } = outcome;
  const sized = checkSizes(policy.limits, { ...proposed, messages, bodyBytes });
  if (!sized.ok) return sized;
  return ok({ block: blockFrom(proposed, outcome), bodyBytes, state });
}

interface Checked extends Omit<ExecutionContext, 'blobs'> {
  readonly settings: Settings;
}

function checkBlock(
  { version, epoch, transactions, timestamp }: ProposedBlock,
  { settings, policy, parentTime }: Checked,
): Result<undefined, ExecutionRejection> {
  if (version !== protocolVersion) {
    return refuse('not-supported', `protocol version ${version}`, `${protocolVersion}`);
  }
  if (epoch !== settings.epoch) return refuse('wrong-epoch', `${epoch}`, `${settings.epoch}`);
  if (transactions.length === 0) return refuse('empty-block', '0 transactions', 'at least 1');
  const most = policy.limits.transactions;
  if (transactions.length > most) {
    return refuse('too-many-transactions', `${transactions.length}`, `up to ${most}`);
  }
  let earliest = parentTime;
  for (const one of transactions) {
    if (one.kind === 'receive' && one.bundle.timestamp > earliest) earliest = one.bundle.timestamp;
  }
  if (timestamp < earliest) {
    return refuse('timestamp-behind', `${timestamp} µs`, `${earliest} µs or later`);
  }
  return ok(undefined);
}
