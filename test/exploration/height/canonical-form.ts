import { certainIn, layout, type Space, widthOf } from './space.ts';

/**
 * Writes the least of what a state may be called: validators in any order, the two blocks in each
 * other's place or not.
 */
export function canonicalForm(space: Space): (state: Int32Array, into: Int32Array) => void {
  const { honest, shell } = space;
  const { mirror, mirroredSubjects } = space.classes;
  const other = new Int32Array(widthOf(space));
  // Whose write is late, and to where, is not renamed.
  const isMirrored = shell !== 'late' && shell !== 'unfenced';

  function mirrored(mask: number): number {
    let result = 0;
    for (let left = mask; left !== 0; left &= left - 1) {
      result |= 1 << (mirroredSubjects[31 - Math.clz32(left & -left)] as number);
    }
    return result;
  }

  function writeMirrored(state: Int32Array): void {
    other.set(state);
    for (let at = 0; at < honest; at++) {
      const one = mirror[layout.classAt(state, at)] as number;
      layout.set(other, at, [one, mirrored(layout.votesAt(state, at)), 0]);
    }
    other[other.length - 2] = mirrored(certainIn(state).quorums);
  }

  function isInOrder(state: Int32Array, at: number): boolean {
    const next = at + 1;
    const difference =
      layout.classAt(state, at) - layout.classAt(state, next) ||
      layout.votesAt(state, at) - layout.votesAt(state, next) ||
      layout.lateAt(state, at) - layout.lateAt(state, next);
    return difference <= 0;
  }

  function sort(state: Int32Array): void {
    for (let end = honest - 1; end > 0; end--) {
      for (let at = 0; at < end; at++) {
        if (isInOrder(state, at)) continue;
        const [a, b] = [valuesAt(state, at), valuesAt(state, at + 1)];
        layout.set(state, at, b);
        layout.set(state, at + 1, a);
      }
    }
  }

  return (state, into) => {
    into.set(state);
    sort(into);
    if (!isMirrored) return;
    writeMirrored(state);
    sort(other);
    if (isBefore(other, into)) into.set(other);
  };
}

function valuesAt(state: Int32Array, at: number): readonly [number, number, number] {
  return [layout.classAt(state, at), layout.votesAt(state, at), layout.lateAt(state, at)];
}

function isBefore(a: Int32Array, b: Int32Array): boolean {
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] as number) - (b[index] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
