import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ValidatorConfig, validatorConfigFromText } from '#infra/config/validator-config.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { Call } from '../command.ts';
import { fail } from '../failure.ts';
import { readIfThere, replaceFile } from '../files.ts';
import { repository } from '../home.ts';

/** Where configurations are: beside the code that is deployed, unless the environment says else. */
export function configFolder({ shell }: Call): string {
  return shell.env.WEFT_VALIDATORS ?? join(repository, 'validators');
}

export function configPath(call: Call, name: string): string {
  return join(configFolder(call), `${name}.json`);
}

/** What an operator decided about the validator of this name. */
export function readConfig(call: Call, name: string): Result<ValidatorConfig, Rejection> {
  const path = configPath(call, name);
  const bytes = /^[a-z0-9-]{1,24}$/.test(name) ? readIfThere(path) : undefined;
  if (!bytes) return fail('no-validator-config', path, 'a configuration');
  const config = validatorConfigFromText(new TextDecoder().decode(bytes));
  if (config.ok) return config;
  const { path: field, expected } = config.error;
  return fail('invalid-validator-config', `${path}: ${field}`, expected);
}

/** All that are beside each other and in order: those of other operators are mostly elsewhere. */
export function knownConfigs(call: Call): readonly ValidatorConfig[] {
  const names = readdirSync(configFolder(call)).filter((file) => file.endsWith('.json'));
  return names.sort().flatMap((file) => {
    const config = readConfig(call, file.slice(0, -'.json'.length));
    return config.ok ? [config.value] : [];
  });
}

export function writeConfig(call: Call, config: ValidatorConfig): void {
  replaceFile(configPath(call, config.name), `${JSON.stringify(config, undefined, 2)}\n`);
}
