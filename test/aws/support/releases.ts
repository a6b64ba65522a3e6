/** How the source of another release differs, in one file: texts that it has, by those it had. */
export interface Release {
  readonly file: string;
  readonly edits: Readonly<Record<string, string>>;
}

/** What stands before values that are stored now, and before those of a release to come. */
export const storedFormats = { plain: 1, deflated: 2 };
export const unknownFormat = 200;

const file = 'shared/adapters/dynamodb/stored-values.ts';

/** It reads packed values, and does not write them yet. */
export const releaseBefore: Release = {
  file,
  edits: { 'if (packed.length < bytes.length)': 'if (packed.length < 0)' },
};

/** A release after the next: what it writes, nobody before it can read. */
export const laterRelease: Release = {
  file,
  edits: {
    'Uint8Array.of(format.plain), bytes': `Uint8Array.of(${unknownFormat}), bytes`,
    'stored?.[0] === format.plain': `[1, ${unknownFormat}].includes(stored?.[0] ?? 0)`,
  },
};

/** @throws Error unless the source has each of those texts once. */
export function editedFor({ file: name, edits }: Release, source: string): string {
  return Object.entries(edits).reduce((text, [now, then]) => {
    const parts = text.split(now);
    if (parts.length !== 2) throw new Error(`${name} has ${parts.length - 1} times: ${now}`);
    return parts.join(then);
  }, source);
}
