import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { readValidatorConfigs } from './read-configs.ts';
import { ValidatorStage } from './validator-stage.ts';

const folder = process.env.WEFT_VALIDATORS ?? join(import.meta.dirname, '../validators');
const configs = readValidatorConfigs(folder);
if (configs.ok) {
  const app = new App();
  const only: unknown = app.node.tryGetContext('validator');
  const chosen = configs.value.filter(({ name }) => only === undefined || name === only);
  for (const config of chosen) new ValidatorStage(app, config);
  // Whoever only reads the templates need not wait for the policy checks, and emulators have none.
  const isSaid = (key: string, value: string) => app.node.tryGetContext(key) === value;
  const isChecked = !isSaid('checks', 'off') && !isSaid('api', 'rest');
  if (isChecked)
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  app.synth();
} else {
  const { file, path, expected } = configs.error;
  console.error(`weft: ${file}: ${path} must be ${expected}`);
  process.exitCode = 2;
}
