import { type Hash, tag } from '../crypto/hash.ts';
import { listRootOf } from '../crypto/merkle-list.ts';
import { eventCodec } from './event.ts';
import {
  type BlockOutcome,
  operationResultCodec,
  oracleResponseCodec,
  previousEventsCodec,
  previousMessagesCodec,
  publishedBlobCodec,
  sentMessageCodec,
} from './outcome.ts';
import { transactionsTag } from './transactions-root.ts';

/** The lists of a block that its header commits to, each under a tag of its own. */
export const partTags = {
  transactions: transactionsTag,
  messages: tag('weft/part/messages'),
  previousMessages: tag('weft/part/previous-messages'),
  previousEvents: tag('weft/part/previous-events'),
  oracleResponses: tag('weft/part/oracle-responses'),
  events: tag('weft/part/events'),
  blobs: tag('weft/part/blobs'),
  operationResults: tag('weft/part/operation-results'),
} as const;

/** The roots of an outcome, as the header holds them. */
export interface OutcomeRoots {
  readonly messages: Hash;
  readonly previousMessages: Hash;
  readonly previousEvents: Hash;
  readonly oracleResponses: Hash;
  readonly events: Hash;
  readonly blobs: Hash;
  readonly operationResults: Hash;
  readonly state: Hash;
}

export function outcomeRoots(outcome: BlockOutcome): OutcomeRoots {
  return {
    messages: listRootOf(partTags.messages, sentMessageCodec, outcome.messages),
    previousMessages: listRootOf(
      partTags.previousMessages,
      previousMessagesCodec,
      outcome.previousMessages,
    ),
    previousEvents: listRootOf(
      partTags.previousEvents,
      previousEventsCodec,
      outcome.previousEvents,
    ),
    oracleResponses: listRootOf(
      partTags.oracleResponses,
      oracleResponseCodec,
      outcome.oracleResponses,
    ),
    events: listRootOf(partTags.events, eventCodec, outcome.events),
    blobs: listRootOf(partTags.blobs, publishedBlobCodec, outcome.blobs),
    operationResults: listRootOf(
      partTags.operationResults,
      operationResultCodec,
      outcome.operationResults,
    ),
    state: outcome.state,
  };
}
