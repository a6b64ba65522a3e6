import type { ItemKind } from './item-sizes.ts';

/** Requests to the store and the capacity units that DynamoDB would bill for them. */
export interface ItemCosts {
  readonly writes: number;
  readonly writeUnits: number;
  readonly reads: number;
  readonly readUnits: number;
}

export interface StoreCosts extends ItemCosts {
  readonly items: Readonly<Record<ItemKind, ItemCosts>>;
}

export interface CostMeter {
  /** A value as its item holds it. */
  packed(value: Uint8Array): Uint8Array;
  /** One write or delete of an item of that size, whether or not its condition held. */
  wrote(kind: ItemKind, bytes: number): void;
  /** One request that read that much; half the price where it may be stale. */
  read(kind: ItemKind, bytes: number, consistency: 'strong' | 'eventual'): void;
  costs(): StoreCosts;
  reset(): void;
}

const kinds: readonly ItemKind[] = ['head', 'block', 'piece', 'node', 'row', 'owed'];
const writeUnitBytes = 1024;
const readUnitBytes = 4096;
/** With its key and other attributes, an item of a longer value may take more than one unit. */
const plainBytesMax = writeUnitBytes - 80;

type Counted = { -readonly [Field in keyof ItemCosts]: ItemCosts[Field] };

export function costMeter(pack: (value: Uint8Array) => Uint8Array = (value) => value): CostMeter {
  let items = noItems();
  return {
    packed: (value) => (value.length > plainBytesMax ? pack(value) : value),
    wrote(kind, bytes) {
      items[kind].writes += 1;
      items[kind].writeUnits += units(bytes, writeUnitBytes);
    },
    read(kind, bytes, consistency) {
      items[kind].reads += 1;
      items[kind].readUnits += units(bytes, readUnitBytes) / (consistency === 'strong' ? 1 : 2);
    },
    costs() {
      const sum = noCosts();
      const copy = noItems();
      for (const kind of kinds) {
        add(sum, items[kind]);
        add(copy[kind], items[kind]);
      }
      return { ...sum, items: copy };
    },
    reset() {
      items = noItems();
    },
  };
}

function units(bytes: number, unitBytes: number): number {
  return Math.max(1, Math.ceil(bytes / unitBytes));
}

function noCosts(): Counted {
  return { writes: 0, writeUnits: 0, reads: 0, readUnits: 0 };
}

function noItems(): Record<ItemKind, Counted> {
  return {
    head: noCosts(),
    block: noCosts(),
    piece: noCosts(),
    node: noCosts(),
    row: noCosts(),
    owed: noCosts(),
  };
}

function add(sum: Counted, more: ItemCosts): void {
  sum.writes += more.writes;
  sum.writeUnits += more.writeUnits;
  sum.reads += more.reads;
  sum.readUnits += more.readUnits;
}
