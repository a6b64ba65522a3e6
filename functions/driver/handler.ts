import { builtOnce } from '../built-once.ts';
import { driverHandler } from './run-driver.ts';
import { driverWiring } from './wiring.ts';

/** Finds what doorbells missed and what owners left behind. */
export const handler = builtOnce(async () => driverHandler(await driverWiring(process.env)));
