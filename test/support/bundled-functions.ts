import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { bundleOptions, functionNames } from '#functions/bundle-options.ts';

const functionsFolder = join(dirname(dirname(import.meta.dirname)), 'functions');

interface Bundling {
  readonly names?: readonly (typeof functionNames)[number][];
  /** What changes the source on its way. */
  readonly plugins?: Plugin[];
}

/** Bundles functions as they are deployed: `NAME/handler.mjs` under this folder. */
export async function bundleFunctions(
  folder: string,
  { names = functionNames, plugins = [] }: Bundling = {},
): Promise<void> {
  const { banner, alias, mainFields, ...rest } = bundleOptions;
  await build({
    ...rest,
    plugins,
    entryPoints: names.map((name) => join(functionsFolder, name, 'handler.ts')),
    outdir: folder,
    outbase: functionsFolder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    sourcemap: 'linked',
    platform: 'node',
    mainFields: [...mainFields],
    banner: { js: banner },
    alias: { ...alias },
    logLevel: 'error',
  });
}
