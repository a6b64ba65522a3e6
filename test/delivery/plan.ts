/** What is to happen later, by the number of the step. */
export interface Plan {
  later(steps: number, act: () => Promise<unknown>): void;
  /** Goes on by one step, and does what is due. */
  step(): Promise<void>;
  now(): number;
  /** How much is still to happen. */
  size(): number;
}

export function newPlan(): Plan {
  const planned = new Map<number, (() => Promise<unknown>)[]>();
  let [now, size] = [0, 0];
  return {
    later(steps, act) {
      const at = now + Math.max(1, steps);
      const acts = planned.get(at) ?? [];
      planned.set(at, acts);
      acts.push(act);
      size += 1;
    },
    async step() {
      now += 1;
      const due = planned.get(now) ?? [];
      planned.delete(now);
      for (const act of due) await act();
      size -= due.length;
    },
    now: () => now,
    size: () => size,
  };
}
