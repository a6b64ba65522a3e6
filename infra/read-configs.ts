import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import { type ValidatorConfig, validatorConfigFromText } from './config/validator-config.ts';
import type { WrongField } from './config/wrong-field.ts';

/** Every validator that this folder describes, by the name of its file. */
export function readValidatorConfigs(
  folder: string,
): Result<readonly ValidatorConfig[], WrongField & { readonly file: string }> {
  const configs: ValidatorConfig[] = [];
  for (const file of readdirSync(folder)
    .filter((each) => each.endsWith('.json'))
    .sort()) {
    const config = validatorConfigFromText(readFileSync(join(folder, file), 'utf8'));
    if (!config.ok) return reject({ file, ...config.error });
    if (`${config.value.name}.json` !== file) {
      return reject({
        file,
        path: 'name',
        expected: `${file.slice(0, -'.json'.length)}, as its file`,
      });
    }
    configs.push(config.value);
  }
  return ok(configs);
}
