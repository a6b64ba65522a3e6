/**
 * The same value in new objects, so that no encoding is remembered for any of them: some lists keep
 * the bytes that they were read from. Adds the kinds of unions met to `kinds`.
 */
export function freshCopy(value: unknown, kinds: Set<string>): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((item) => freshCopy(item, kinds));
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [key, freshCopy(item, kinds)]));
  }
  const copy: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    if (name === 'kind' && typeof item === 'string') kinds.add(item);
    copy[name] = freshCopy(item, kinds);
  }
  return copy;
}
