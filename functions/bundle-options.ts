import { join } from 'node:path';

/** The functions, each with its entry in `functions/NAME/handler.ts`. */
export const functionNames = [
  'worker',
  'messenger',
  'driver',
  'notifier',
  'reader',
  'rehearsal',
] as const;

/**
 * How bundles are made, for whoever makes them. Some packages inside still ask for `require`; the
 * SDK's chain of credential providers is left out, for Lambda has them in its environment.
 */
export const bundleOptions = {
  format: 'esm',
  target: 'node24',
  mainFields: ['module', 'main'],
  banner:
    "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
  alias: {
    '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'default-provider.ts'),
  },
} as const;

/** More takes too long to load when a request waits for it. */
export const bundleBytesMax = 600 * 1_024;
