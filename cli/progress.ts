import type { Sink } from './shell.ts';

const quietMs = 1_000;
const everyMs = 1_000;
const pipedEveryMs = 10_000;

/** Says on stderr what a command waits for, once it has waited for a second. */
export interface Progress {
  /** What it does from now on; nothing ends the last step. */
  step(text: string | undefined): void;
}

export const silentProgress: Progress = { step: () => undefined };

export function progressOn(sink: Sink): Progress {
  let timer: NodeJS.Timeout | undefined;
  let isShown = false;
  const clear = () => {
    clearTimeout(timer);
    if (isShown && sink.isTty) sink.write('\r\u001b[K');
    isShown = false;
  };
  return {
    step(text) {
      clear();
      if (text === undefined) return;
      const start = performance.now();
      const show = () => {
        const seconds = Math.round((performance.now() - start) / 1000);
        sink.write(sink.isTty ? `\r\u001b[K${text} … ${seconds} s` : `${text} … ${seconds} s\n`);
        isShown = true;
        timer = setTimeout(show, sink.isTty ? everyMs : pipedEveryMs).unref();
      };
      timer = setTimeout(show, quietMs).unref();
    },
  };
}
