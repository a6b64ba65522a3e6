import type { Construct } from 'constructs';
import type { ValidatorConfig } from '../config/validator-config.ts';

/** What is otherwise than on AWS, where an emulator lacks a service. */
export interface EmulatedParts {
  readonly isRest: boolean;
  readonly isPushed: boolean;
}

/** What `-c api=rest` and `-c push=off` say. Nobody runs a validator that matters without them. */
export function emulatedParts(scope: Construct, { stage }: ValidatorConfig): EmulatedParts {
  const isRest = isSaid(scope, 'api', 'rest');
  const isPushed = !isSaid(scope, 'push', 'off');
  if ((isRest || !isPushed) && stage === 'production') {
    throw new Error('-c api=rest and -c push=off are for emulators: stage must be test');
  }
  return { isRest, isPushed };
}

function isSaid(scope: Construct, key: string, value: string): boolean {
  const said: unknown = scope.node.tryGetContext(key);
  if (said !== undefined && said !== value) throw new Error(`-c ${key}=${said}: only ${value}`);
  return said === value;
}
