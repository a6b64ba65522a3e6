import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { emulatorsFolder, installedTool, runTool } from '../emulators/tools-folder.ts';

const requirements = join(emulatorsFolder, 'cfn-lint.txt');
/** A function depends on its role twice: the CDK says so itself, so that its policy comes first. */
const ignored = 'W3005';

/** What the linter of CloudFormation finds in these templates, line by line. */
export function lintTemplates(paths: readonly string[], region: string): readonly string[] {
  const folder = installedTool({
    name: 'cfn-lint',
    wanted: [requirements],
    install(into) {
      runTool('python3', ['-m', 'venv', into]);
      runTool(join(into, 'bin/pip'), ['install', '--quiet', '--requirement', requirements]);
    },
  });
  const args = ['--format', 'parseable', '--regions', region, '--ignore-checks', ignored];
  const lint = join(folder, 'bin/cfn-lint');
  const { stdout, stderr, status } = spawnSync(lint, [...args, '--', ...paths], {
    encoding: 'utf8',
  });
  const found = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  return status === 0 || found.length > 0 ? found : [`it ended with ${status}`];
}
