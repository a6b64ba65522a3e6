import type * as z from 'zod/mini';

/** One field that is not as it must be, by its path: `shards.functions`. */
export interface WrongField {
  /** Empty if it is the whole that is wrong. */
  readonly path: string;
  readonly expected: string;
}

/** How zod begins where the schema has no text; more follows once something has loaded a locale. */
const nothingSaid = 'Invalid input';
const texts: Readonly<Record<string, string>> = {
  string: 'text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/** The first field that a schema refused. */
export function wrongField([issue]: readonly z.core.$ZodIssue[]): WrongField {
  if (issue === undefined) return { path: '', expected: 'as the schema says' };
  const { code, path, message } = issue;
  if (code === 'unrecognized_keys') {
    return { path: [...path, ...issue.keys].join('.'), expected: 'absent: there is no such field' };
  }
  const isSaid = code !== 'invalid_type' || !message.startsWith(nothingSaid);
  return { path: path.join('.'), expected: isSaid ? message : (texts[issue.expected] ?? message) };
}
