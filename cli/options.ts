import { InvalidArgumentError, Option } from 'commander';
import { policyNames } from '#protocol/block/named-policies.ts';

/** Where a faucet listens unless a port is chosen. */
export const faucetPort = 7_780;

/** A port, 0 for any that is free. */
export function portOption(): Option {
  return new Option('--port <number>', 'first port; 0 takes any that are free').argParser(
    wholeNumber(0, 65_535),
  );
}

export function validatorsOption(): Option {
  return new Option('--validators <number>', 'validators of a new network').argParser(
    wholeNumber(1, 100),
  );
}

/** What resources cost on a new network. */
export function policyOption(): Option {
  return new Option('--policy <name>', 'what using a new network costs').choices(policyNames);
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,10}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}
