import type { TestEvent } from 'node:test/reporters';

/** Prints one line of JSON for each test: its name, why it failed if it did, and whether it was skipped. */
export default async function* reportOutcomes(events: AsyncIterable<TestEvent>) {
  for await (const event of events) {
    if (event.type === 'test:pass') yield passedLine(event.data);
    if (event.type === 'test:fail') yield lineOf(event.data.name, event.data.details.error);
  }
}

function passedLine({ name, skip }: { readonly name: string; readonly skip?: string | boolean }) {
  const isSkipped = skip !== undefined && skip !== false;
  return isSkipped ? `${JSON.stringify({ name, isSkipped })}\n` : lineOf(name, undefined);
}

function lineOf(name: string, error: Error | undefined): string {
  const cause = error?.cause instanceof Error ? error.cause : error;
  return `${JSON.stringify({ name, ...(cause && { failure: cause.stack ?? cause.message }) })}\n`;
}
