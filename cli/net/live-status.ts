import type { Home } from '../home.ts';
import type { StoredNetwork } from '../network-files.ts';
import type { Sink } from '../shell.ts';
import { findValidators } from './find-running.ts';
import { fetchText } from './probe.ts';

const everyMs = 1_000;

/** One line that says how the network is, rewritten as long as it runs. For terminals only. */
export function liveStatus(sink: Sink, home: Home, stored: StoredNetwork): { stop(): void } {
  if (!sink.isTty) return { stop: () => undefined };
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const show = async () => {
    const line = await statusLine(home, stored);
    if (isStopped) return;
    sink.write(`\r\u001b[K${line}`);
    timer = setTimeout(() => void show(), everyMs);
  };
  void show();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
      sink.write('\r\u001b[K');
    },
  };
}

async function statusLine(home: Home, stored: StoredNetwork): Promise<string> {
  const found = await findValidators(home, stored);
  if (!found.ok) return found.error.found;
  const up = found.value.filter(({ health }) => health.kind === 'up');
  const url = up[0]?.address?.url;
  const blocks = url === undefined ? undefined : await readBlockCount(url);
  const total = found.value.length;
  const counted = blocks === undefined ? '' : ` · ${blocks} blocks since it started`;
  return `${up.length} of ${total} validators up${counted} · Ctrl-C stops`;
}

async function readBlockCount(url: string): Promise<string | undefined> {
  const metrics = await fetchText(`${url}/metrics`);
  if (!metrics.ok) return undefined;
  return /^weft_blocks_total (\d+)$/m.exec(metrics.body)?.[1];
}
