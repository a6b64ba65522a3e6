import { runCli } from '#cli/run.ts';
import type { Shell, Sink } from '#cli/shell.ts';

/** What a command wrote, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** To every question; without it there is nobody to ask. */
  readonly answer?: string;
  readonly isTty?: boolean;
}

/** Runs a command in this process, in a home of its own. */
export async function runWeft(
  home: string,
  args: readonly string[],
  { env = {}, answer, isTty = false }: Surroundings = {},
): Promise<Ran> {
  const [stdout, stderr] = [collector(isTty), collector(isTty)];
  const asked = () => Promise.resolve(answer ?? '');
  const shell: Shell = {
    env: { WEFT_HOME: home, ...env },
    stdout,
    stderr,
    isInteractive: answer !== undefined,
    ask: asked,
    askSecret: asked,
  };
  const code = await runCli(args, shell);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(isTty: boolean): Sink & { text(): string } {
  const parts: (string | Uint8Array)[] = [];
  return {
    isTty,
    write: (content) => void parts.push(content),
    text: () => parts.map((part) => Buffer.from(part).toString('latin1')).join(''),
  };
}
