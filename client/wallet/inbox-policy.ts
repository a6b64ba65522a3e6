import type { ChainId } from '#protocol/block/chain-id.ts';
import { chainIdCodec } from '#protocol/block/chain-id.ts';
import type { Decoded } from '#protocol/encoding/codec.ts';
import { vector } from '#protocol/encoding/sequences.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { union } from '#protocol/encoding/union.ts';

/** Most senders that one list of a policy may name. */
export const originsMax = 1_000;

const origins = vector(chainIdCodec, originsMax);

/**
 * What the owner of a chain wants of its inbox. `ignore` comes before `allow`, which comes before
 * the rule; what cannot be refused is accepted where the rule would refuse it.
 */
export const inboxPolicyCodec = struct({
  /** For senders that no list names. */
  rule: union({ accept: [0, struct({})], reject: [1, struct({})], ignore: [2, struct({})] }),
  /** Senders whose bundles are accepted, whatever the rule. */
  allow: origins,
  /** Senders whose bundles are left where they are. */
  ignore: origins,
  /** Senders whose bundles go first, in this order. */
  first: origins,
});
export type InboxPolicy = Decoded<typeof inboxPolicyCodec>;

/** Of a chain whose owner said nothing. */
export const acceptAll: InboxPolicy = {
  rule: { kind: 'accept' },
  allow: [],
  ignore: [],
  first: [],
};

/** What is to become of the bundles of a sender. */
export function ruleFor({ rule, allow, ignore }: InboxPolicy, origin: ChainId) {
  if (ignore.includes(origin)) return 'ignore';
  return allow.includes(origin) ? 'accept' : rule.kind;
}
