import { type Command, Option } from 'commander';
import { type InboxPolicy, originsMax } from '#client/wallet/inbox-policy.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { fail } from './failure.ts';

const rules = ['accept', 'reject', 'ignore'] as const;

/** What `process-inbox` may be told to do from then on. */
export interface InboxOptions {
  readonly policy?: (typeof rules)[number];
  readonly allow?: readonly string[];
  readonly ignore?: readonly string[];
  readonly first?: readonly string[];
}

const inboxHelp = `
Senders are names, ids or prefixes; repeat an option for several. Any of these options replaces the
chain's whole policy, which is kept: what is not given is \`--policy accept\` and no senders.
--ignore comes before --allow, and --allow before --policy. What cannot be refused, as protected
messages and returned money, is accepted where the policy rejects. What fits no block waits for the
next; what cannot be carried out is refused if it may be, and otherwise waits.`;

/** The options of a command that may set an inbox's policy. */
export function withInboxOptions(one: Command): Command {
  return one
    .addOption(new Option('--policy <rule>', 'for senders that no list names').choices(rules))
    .option('--allow <sender>', 'accept all that it sends', gather)
    .option('--ignore <sender>', 'leave what it sends in the inbox', gather)
    .option('--first <sender>', 'take what it sends before the rest', gather)
    .addHelpText('after', inboxHelp);
}

function gather(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** The policy that the options ask for; undefined if they ask for none. */
export async function policyFrom(
  wallet: Wallet,
  { policy, allow = [], ignore = [], first = [] }: InboxOptions,
): Promise<Result<InboxPolicy | undefined, Rejection>> {
  const lists = [allow, ignore, first] as const;
  if (policy === undefined && lists.every(({ length }) => length === 0)) return ok(undefined);
  const resolved: ChainId[][] = [];
  for (const list of lists) {
    if (list.length > originsMax) {
      return fail('invalid-argument', `${list.length} senders`, `up to ${originsMax}`);
    }
    const ids: ChainId[] = [];
    for (const text of list) {
      const id = await wallet.resolveChain(text);
      if (!id.ok) return id;
      if (!ids.includes(id.value)) ids.push(id.value);
    }
    resolved.push(ids);
  }
  const [allowed = [], ignored = [], ahead = []] = resolved;
  const rule = { kind: policy ?? 'accept' } as const;
  return ok({ rule, allow: allowed, ignore: ignored, first: ahead });
}
