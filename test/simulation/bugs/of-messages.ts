import type { Bug } from './bug.ts';

const protocol = 'shared/protocol';

/** Messages, money and what both are counted by. */
export const messageBugs: readonly Bug[] = [
  {
    name: 'a row is behind the cursor as soon as its height is',
    file: `${protocol}/messaging/inbox-row.ts`,
    text: 'return arrival !== undefined && arrival.lastTransaction < nextToRemove.transaction;',
    without: 'return arrival !== undefined && 0 < nextToRemove.transaction;',
  },
  {
    name: 'what may not be skipped links to nothing',
    file: `${protocol}/messaging/bundles.ts`,
    text: 'if (!isSkippable(messages)) lastUnskippable = { height, transaction };',
    without: '',
  },
  {
    name: 'any message may be skipped',
    file: `${protocol}/messaging/bundles.ts`,
    text: "return messages.every(({ delivery, grant }) => delivery.kind === 'simple' && grant === 0n);",
    without: "return messages.every(({ delivery }) => delivery.kind !== 'bouncing');",
  },
  {
    name: 'the cursor stays where it is',
    file: `${protocol}/execution/receive-bundle.ts`,
    text: '  writeNextToRemove(context.view, origin, taken.value);\n',
    without: '',
  },
  {
    name: 'what is tracked does not come back',
    file: `${protocol}/execution/reject-message.ts`,
    text: '      bounce(context, origin, message);\n',
    without: '',
  },
  {
    name: 'what came back may be refused for ever',
    file: `${protocol}/execution/reject-message.ts`,
    text: "const isFinal = kind === 'protected' || kind === 'bouncing';",
    without: "const isFinal = kind === 'protected';",
  },
  {
    name: 'messages are numbered within their block',
    file: `${protocol}/messaging/bundles.ts`,
    text: 'index = transaction === current ? index + 1 : 0;',
    without: 'index = current < 0 ? 0 : index + 1;',
  },
  {
    name: 'the first block for a recipient is not linked',
    file: `${protocol}/execution/link-messages.ts`,
    text: 'lastUnskippable: lastHere ?? sent?.lastUnskippable });',
    without: 'lastUnskippable: lastHere });',
  },
];
