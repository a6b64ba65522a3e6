import { listenersContract } from '#test/contracts/listeners.ts';
import { memoryListeners } from './listeners.ts';

listenersContract('memory', (clock) => Promise.resolve(memoryListeners(clock)));
