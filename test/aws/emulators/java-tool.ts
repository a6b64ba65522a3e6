import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { emulatorsFolder, installedTool, runTool } from './tools-folder.ts';

const javaFolder = join(emulatorsFolder, 'java');
/** The version that the resolver of packages itself has to have. */
const copyGoal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

export interface JavaTool {
  readonly folder: string;
  readonly version: string;
}

/** A server in Java with all that it needs, and our own sources compiled beside it. */
export function installedJava(name: string, sources: readonly string[] = []): JavaTool {
  const pom = join(javaFolder, `${name}.pom.xml`);
  const files = sources.map((source) => join(javaFolder, source));
  const folder = installedTool({
    name,
    wanted: [pom, ...files],
    install(into) {
      copyFileSync(pom, join(into, 'pom.xml'));
      runTool('mvn', ['-q', '-B', copyGoal, `-DoutputDirectory=${into}`], into);
      if (files.length > 0) runTool('javac', ['-cp', join(into, '*'), '-d', into, ...files]);
    },
  });
  const [, version = ''] =
    /<version>([\d.]+)<\/version>\s*<\/dependency>/.exec(readFileSync(pom, 'utf8')) ?? [];
  return { folder, version };
}
