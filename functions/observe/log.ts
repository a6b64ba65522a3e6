export type Level = 'info' | 'warn' | 'error';
type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** One line of JSON each. */
export type Log = (level: Level, message: string, fields?: Fields) => void;

export interface LogOptions {
  /** Fields of every line. */
  fields(): Fields;
  write(line: string): void;
}

/** Most characters of one value: peers choose some of them. */
const valueLengthMax = 500;

/** Whatever a value holds, its line is one line of printable ASCII. */
export function jsonLog({ fields, write }: LogOptions): Log {
  return (level, message, more = {}) => {
    const line = JSON.stringify({ level, message, ...fields(), ...more }, (_, value: unknown) =>
      typeof value === 'string' ? cut(value) : value,
    );
    write(line.replace(/[^ -~]/g, escaped));
  };
}

/** What went wrong, with what was behind it. */
export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `; because ${faultText(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

function cut(value: string): string {
  return value.length <= valueLengthMax ? value : `${value.slice(0, valueLengthMax - 3)}...`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
