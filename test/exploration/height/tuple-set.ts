/** A set of tuples of 32-bit numbers, in the order in which they were added. */
export interface TupleSet {
  readonly size: () => number;
  /** The place of the tuple in scratch, and whether it is new. */
  add(tuple: Int32Array): boolean;
  /** Copies the tuple at a place. */
  read(place: number, into: Int32Array): void;
}

/** Open addressing over typed arrays: tens of millions of tuples fit. */
export function tupleSet(width: number): TupleSet {
  let capacity = 1 << 12;
  let tuples = new Int32Array(capacity * width);
  let slots = new Int32Array(capacity * 2).fill(-1);
  let size = 0;

  function isAt(place: number, tuple: Int32Array): boolean {
    for (let index = 0; index < width; index++) {
      if (tuples[place * width + index] !== tuple[index]) return false;
    }
    return true;
  }

  function slotOf(tuple: Int32Array): number {
    let hash = 0;
    for (let index = 0; index < width; index++) {
      hash = Math.imul(hash ^ (tuple[index] as number), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (; slots[slot] !== -1; slot = (slot + 1) & mask) {
      if (isAt(slots[slot] as number, tuple)) break;
    }
    return slot;
  }

  function grow(): void {
    capacity *= 2;
    const larger = new Int32Array(capacity * width);
    larger.set(tuples);
    tuples = larger;
    slots = new Int32Array(capacity * 2).fill(-1);
    const tuple = new Int32Array(width);
    for (let place = 0; place < size; place++) {
      tuple.set(tuples.subarray(place * width, (place + 1) * width));
      slots[slotOf(tuple)] = place;
    }
  }

  return {
    size: () => size,
    add(tuple) {
      if (size === capacity) grow();
      const slot = slotOf(tuple);
      if (slots[slot] !== -1) return false;
      tuples.set(tuple, size * width);
      slots[slot] = size++;
      return true;
    },
    read(place, into) {
      into.set(tuples.subarray(place * width, (place + 1) * width));
    },
  };
}
