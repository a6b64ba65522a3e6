import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(dirname(import.meta.dirname));

/** A test that a page names, by its file and its claim. */
export interface NamedTest {
  readonly path: string;
  readonly name: string;
}

/** The test named in the cell of a table. */
export function namedTest(cell: string): NamedTest | undefined {
  const [, path, name] = /^`([\w./-]+\.ts)`: (.+)$/.exec(cell) ?? [];
  return path === undefined || name === undefined ? undefined : { path, name };
}

/** Whether the file has the name as a text of its own, in quotes of any sort. */
export function isThere({ path, name }: NamedTest): boolean {
  const file = join(root, path);
  if (!existsSync(file)) return false;
  const text = readFileSync(file, 'utf8');
  const single = name.replaceAll("'", "\\'");
  return [`'${single}'`, `"${name}"`, `\`${name}\``].some((quoted) => text.includes(quoted));
}

/** The cells of the rows of a page's tables, without heads and rules. */
export function rowsOf(page: string): readonly (readonly string[])[] {
  const rows = readFileSync(join(root, page), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  return rows.filter(([head = '']) => !['Rule', 'Number'].includes(head));
}
