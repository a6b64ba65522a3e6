import { readFileSync, statSync } from 'node:fs';
import type { Shell } from './shell.ts';

/** A passphrase is needed, and there is nobody to ask. */
export class NoPassphraseFault extends Error {
  override readonly name = 'NoPassphraseFault';
}

/** The file with the passphrase tells it to others. */
export class ExposedPassphraseFault extends Error {
  override readonly name = 'ExposedPassphraseFault';
}

export type Ask = (question: string) => Promise<string>;

/** Asks for passphrases: the file that WEFT_PASSPHRASE_FILE names answers, or a person. */
export function passphraseAsker({ env, isInteractive, askSecret }: Shell): Ask {
  const path = env.WEFT_PASSPHRASE_FILE ?? '';
  return (question) => {
    if (path !== '') return readPassphrase(path);
    if (isInteractive) return askSecret(`${question}: `);
    return Promise.reject(new NoPassphraseFault('nobody to ask for it'));
  };
}

function readPassphrase(path: string): Promise<string> {
  const isExposed = (statSync(path).mode & 0o077) !== 0 && process.platform !== 'win32';
  if (isExposed) return Promise.reject(new ExposedPassphraseFault(path));
  return Promise.resolve(readFileSync(path, 'utf8').replace(/\r?\n$/, ''));
}

/** A new passphrase, typed twice by a person until both agree. */
export async function chooseNew(shell: Shell, question: string): Promise<string> {
  const ask = passphraseAsker(shell);
  for (;;) {
    const first = await ask(question);
    if (first === '') throw new NoPassphraseFault('an empty one');
    const isTyped = (shell.env.WEFT_PASSPHRASE_FILE ?? '') === '';
    if (!isTyped || (await ask('Once more')) === first) return first;
    shell.stderr.write('They differ.\n');
  }
}
