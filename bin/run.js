// node bin/run.js FILE [ARGS]: a TypeScript file of this repository, under Node 24.
import { launch } from './launch.js';

const [file, ...args] = process.argv.slice(2);
await launch(file, args);
