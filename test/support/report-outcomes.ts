import type { TestEvent } from 'node:test/reporters';

/** Prints one line of JSON for each test: its name, and why it failed if it did. */
export default async function* reportOutcomes(events: AsyncIterable<TestEvent>) {
  for await (const event of events) {
    if (event.type === 'test:pass') yield lineOf(event.data.name, undefined);
    if (event.type === 'test:fail') yield lineOf(event.data.name, event.data.details.error);
  }
}

function lineOf(name: string, error: Error | undefined): string {
  const cause = error?.cause instanceof Error ? error.cause : error;
  return `${JSON.stringify({ name, ...(cause && { failure: cause.stack ?? cause.message }) })}\n`;
}
