import { setTimeout as sleep } from 'node:timers/promises';

// What test/integration/launcher.test.ts starts through the launcher.
const [command = ''] = process.argv.slice(2);
const major = Number.parseInt(process.versions.node, 10);
if (command === 'stop-cleanly') process.once('SIGTERM', () => process.exit(0));
console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), major }));
if (command === 'wait' || command === 'stop-cleanly') await sleep(60_000);
process.exitCode = Number(command);
