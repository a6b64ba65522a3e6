import type { Append, Call, HoldsFor, Seen } from './history.ts';

/** What one client calls, and what it hears. */
export interface SessionLog {
  /** A call begins; it ends by what `end` is told, or is given up. */
  begin(): OpenCall;
  /** A block that was begun before and of which nothing is known, by its name. */
  unresolved(name: string): OpenAppend | undefined;
  /** Proposes a block. */
  append(block: Append): OpenAppend;
}

export interface OpenCall {
  end(seen: Seen): void;
}

export interface OpenAppend {
  appended(height: number, holdsFor: HoldsFor): void;
  rejected(): void;
}

export interface HistoryLog {
  session(name: string): SessionLog;
  /** All calls that ended, and those blocks of which nobody knows. */
  history(): readonly Call[];
}

export function newHistoryLog(): HistoryLog {
  const calls: Call[] = [];
  const open = new Set<{ readonly call: Call; readonly key: string }>();
  let now = 0;

  function session(name: string): SessionLog {
    const find = (block: string) => [...open].find(({ key }) => key === `${name} ${block}`);

    function resolving(key: string, block: Append): OpenAppend {
      const end = (seen: Seen, holdsFor: HoldsFor) => {
        const found = [...open].find((one) => one.key === key);
        if (!found) return;
        open.delete(found);
        calls.push({ ...found.call, returnedAt: ++now, holdsFor, seen });
      };
      return {
        appended: (height, holdsFor) => end({ kind: 'appended', block, height }, holdsFor),
        rejected: () => end({ kind: 'rejected', block }, 'all'),
      };
    }

    return {
      begin() {
        const invokedAt = ++now;
        return {
          end: (seen) =>
            void calls.push({ session: name, invokedAt, returnedAt: ++now, holdsFor: 'all', seen }),
        };
      },
      append(block) {
        const key = `${name} ${block.name}`;
        const seen: Seen = { kind: 'unknown', block };
        const call = { session: name, invokedAt: ++now, returnedAt: undefined, seen };
        open.add({ key, call: { ...call, holdsFor: 'all' } });
        return resolving(key, block);
      },
      unresolved(block) {
        const found = find(block);
        return found?.call.seen.kind === 'unknown'
          ? resolving(found.key, found.call.seen.block)
          : undefined;
      },
    };
  }

  return { session, history: () => [...calls, ...[...open].map(({ call }) => call)] };
}
