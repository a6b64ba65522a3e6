import { type Hash, tag } from '../crypto/hash.ts';
import { encodedListRoot } from '../crypto/merkle-list.ts';
import type { EncodedListCodec } from '../encoding/encoded-list.ts';
import { type BlockOutcome, outcomeListCodecs } from './outcome.ts';
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
    messages: rootOf('messages', outcome.messages),
    previousMessages: rootOf('previousMessages', outcome.previousMessages),
    previousEvents: rootOf('previousEvents', outcome.previousEvents),
    oracleResponses: rootOf('oracleResponses', outcome.oracleResponses),
    events: rootOf('events', outcome.events),
    blobs: rootOf('blobs', outcome.blobs),
    operationResults: rootOf('operationResults', outcome.operationResults),
    state: outcome.state,
  };
}

function rootOf<List extends keyof typeof outcomeListCodecs>(
  list: List,
  items: BlockOutcome[List],
): Hash {
  const codec = outcomeListCodecs[list] as EncodedListCodec<unknown>;
  return encodedListRoot(partTags[list], codec.encodedItems(items));
}
