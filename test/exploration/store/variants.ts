import type { Variant } from '../variant.ts';

const worker = 'shared/worker';
const memory = 'shared/adapters/memory';

/** Shells that are nearly right, and stores that keep less than was promised. */
export const storeVariants: readonly Variant[] = [
  {
    name: 'a head replaces whatever is there',
    file: `${memory}/write-chains.ts`,
    text: "if (record.version !== base) return 'conflict';",
    without: '',
  },
  {
    name: 'a vote leaves before its decision is saved',
    file: `${worker}/update-chain.ts`,
    text: 'const [result, signed] = await allDone([ports.chains.save(chain, version, write), signing]);',
    without: `const saving = ports.chains.save(chain, version, write);
    const signed = await signing;
    void saving.catch(() => undefined);
    const result = { kind: 'saved' } as Awaited<typeof saving>;`,
  },
  {
    name: 'whoever loses the race for a head sends its vote all the same',
    file: `${worker}/update-chain.ts`,
    text: "if (result.kind === 'conflict') return undefined;",
    without: '',
  },
  {
    name: 'a chain that begins to owe is not marked',
    file: `${worker}/write-of.ts`,
    text: 'if (isOwed(saved) || !isOwed(head)) return undefined;',
    without: 'if (head) return undefined;',
  },
  {
    name: 'a chain is marked after its head is saved',
    file: `${memory}/chain-store.ts`,
    text: '    if (write.owed !== undefined) await writes.putOwed(write.owed);\n',
    without: '',
    and: {
      text: 'return { kind: await writes.replaceHead(chain, base, write.head) };',
      without: `const kind = await writes.replaceHead(chain, base, write.head);
    if (write.owed !== undefined) await writes.putOwed(write.owed);
    return { kind };`,
    },
  },
  {
    name: 'a block is stored after the head that stands on it',
    file: `${memory}/chain-store.ts`,
    text: '    for (const block of write.blocks) await writes.putBlock(chain, block);\n',
    without: '',
    and: {
      text: 'return { kind: await writes.replaceHead(chain, base, write.head) };',
      without: `const kind = await writes.replaceHead(chain, base, write.head);
    for (const block of write.blocks) await writes.putBlock(chain, block);
    return { kind };`,
    },
  },
  {
    name: 'a mark goes although it announces a later head',
    file: `${memory}/write-chains.ts`,
    text: 'if (there !== undefined && there.at <= atMost) marks.delete(chain);',
    without: 'if (there !== undefined) marks.delete(chain);',
  },
  {
    name: 'the sweeper takes away the mark of the head that comes next',
    file: `${worker}/sweep.ts`,
    text: 'await ports.chains.clearOwed(mark.chain, version);',
    without: 'await ports.chains.clearOwed(mark.chain, version + 1);',
  },
  {
    name: 'the mark goes although the head could not be cleared',
    file: `${worker}/sweep.ts`,
    text: "if (result.kind !== 'saved') return 'owed';",
    without: '',
  },
  {
    name: 'the mark goes although a vote waits for its certificate',
    file: `${worker}/sweep.ts`,
    text: "if (isOwed(cleared)) return 'uncertified';",
    without: '',
  },
  {
    name: 'a block above a gap sends nothing',
    file: 'shared/protocol/chain/decide-confirmed.ts',
    text: 'rows: envelopes(context, block),',
    without: 'rows: envelopes(context, block).slice(1, 0),',
  },
  {
    name: 'nobody looks for blocks that came early',
    file: `${worker}/handle-request.ts`,
    text: 'await applySuccessors(ports, chain, next);',
    without: '',
  },
];
