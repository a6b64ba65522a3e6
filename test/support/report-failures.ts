import { PassThrough } from 'node:stream';
import type { TestEvent } from 'node:test/reporters';
import { spec as Spec } from 'node:test/reporters';

/** Prints what failed, in full, and last the counts that test/main.ts adds up. */
export default async function* reportFailures(events: AsyncIterable<TestEvent>) {
  const failures = new PassThrough({ objectMode: true });
  const empty: string[] = [];
  let counts = 'no summary';
  for await (const event of events) {
    if (event.type === 'test:fail') failures.write(event);
    if (event.type === 'test:pass' && isFile(event.data)) empty.push(event.data.name);
    if (event.type === 'test:stderr' || event.type === 'test:stdout') yield event.data.message;
    if (event.type !== 'test:summary' || event.data.file !== undefined) continue;
    const { tests, passed, skipped, todo } = event.data.counts;
    const failed = tests - passed - skipped - todo + empty.length;
    counts = `${passed - empty.length} passed, ${failed} failed`;
  }
  failures.end();
  yield* failures.pipe(new Spec());
  for (const file of empty) yield `${file} holds no test\n`;
  yield `\n${counts}\n`;
}

/** A file in which no test ran is reported as a test of its own name. */
function isFile({ name, nesting }: { readonly name: string; readonly nesting: number }): boolean {
  return nesting === 0 && name.endsWith('.test.ts');
}
