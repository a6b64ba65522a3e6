/** Holds what was used lately: at least the last `max / 2` names, at most `max`. */
export interface RecentMap<V> {
  get(name: string): V | undefined;
  set(name: string, value: V): void;
}

/** Two generations: when the young one is half of `max`, it replaces the old one. */
export function newRecentMap<V>(max: number): RecentMap<V> {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  function set(name: string, value: V): void {
    if (young.size >= max / 2 && !young.has(name)) {
      old = young;
      young = new Map();
    }
    young.set(name, value);
  }
  return {
    set,
    get(name) {
      const recent = young.get(name);
      if (recent !== undefined) return recent;
      const value = old.get(name);
      if (value !== undefined) set(name, value);
      return value;
    },
  };
}
