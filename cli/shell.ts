import { createInterface } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';

/** Somewhere to write to: a terminal, a pipe or a file. */
export interface Sink {
  readonly isTty: boolean;
  write(content: string | Uint8Array): void;
}

/** What surrounds a command: everything it may read from and write to outside of its home. */
export interface Shell {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Whether someone can be asked. */
  readonly isInteractive: boolean;
  ask(question: string): Promise<string>;
  /** Like `ask`, without showing what is typed. */
  askSecret(question: string): Promise<string>;
}

/** The shell of this process. A reader that goes away ends it quietly, as `| head` expects. */
export function processShell(): Shell {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  return {
    env: process.env,
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    isInteractive: process.stdin.isTTY && process.stderr.isTTY,
    ask,
    askSecret,
  };
}

function sink(stream: WriteStream): Sink {
  return { isTty: stream.isTTY, write: (content) => void stream.write(content) };
}

/** Questions go to stderr, so that stdout holds the answer of the command alone. */
function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
    lines.once('close', () => resolve(''));
  });
}

const enter = new Set(['\r', '\n', '\u0004']);
const interrupt = '\u0003';
const backspace = new Set(['\u0008', '\u007f']);

function askSecret(question: string): Promise<string> {
  const input: ReadStream = process.stdin;
  process.stderr.write(question);
  input.setRawMode(true);
  input.setEncoding('utf8');
  input.resume();
  let secret = '';
  return new Promise((resolve) => {
    const take = (typed: string) => {
      for (const character of typed) {
        if (character === interrupt) process.exit(130);
        if (enter.has(character)) {
          input.off('data', take);
          input.setRawMode(false);
          input.pause();
          process.stderr.write('\n');
          resolve(secret);
          return;
        }
        secret = backspace.has(character) ? secret.slice(0, -1) : secret + character;
      }
    };
    input.on('data', take);
  });
}
