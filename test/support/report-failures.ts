import { PassThrough } from 'node:stream';
import type { TestEvent } from 'node:test/reporters';
import { spec as Spec } from 'node:test/reporters';

/** Prints what failed, in full, and last the counts that test/main.ts adds up. */
export default async function* reportFailures(events: AsyncIterable<TestEvent>) {
  const failures = new PassThrough({ objectMode: true });
  let counts = 'no summary';
  for await (const event of events) {
    if (event.type === 'test:fail') failures.write(event);
    if (event.type === 'test:stderr' || event.type === 'test:stdout') yield event.data.message;
    if (event.type !== 'test:summary' || event.data.file !== undefined) continue;
    const { tests, passed, skipped, todo } = event.data.counts;
    counts = `${passed} passed, ${tests - passed - skipped - todo} failed`;
  }
  failures.end();
  yield* failures.pipe(new Spec());
  yield `\n${counts}\n`;
}
