import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions, functionNames } from '#functions/bundle-options.ts';

const functionsFolder = join(dirname(dirname(import.meta.dirname)), 'functions');

/** Bundles all functions as they are deployed: `NAME/handler.mjs` under this folder. */
export async function bundleFunctions(folder: string): Promise<void> {
  const { banner, alias, mainFields, ...rest } = bundleOptions;
  await build({
    ...rest,
    entryPoints: functionNames.map((name) => join(functionsFolder, name, 'handler.ts')),
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
