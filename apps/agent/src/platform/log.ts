// The agent's own log: one line for each event, to standard error or a file. JSON where a machine reads it.

export type LogLevel = 'info' | 'warn' | 'error';

export interface Log {
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface LogOptions {
  readonly write: (line: string) => void;
  readonly json: boolean;
  readonly nowMs: () => number;
}

export function createLog(options: LogOptions): Log {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void =>
      options.write(
        `${options.json ? jsonLine(level, message, fields) : textLine(level, message, fields)}\n`,
      );
  const time = (): string => new Date(options.nowMs()).toISOString();
  const jsonLine = (level: LogLevel, message: string, fields: LogFields): string =>
    JSON.stringify({ time: time(), level, message, ...fields });
  const textLine = (level: LogLevel, message: string, fields: LogFields): string => {
    const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${printable(String(value))}`);
    return `${time()} ${level} ${printable(message)}${rest.join('')}`;
  };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/** Names and arguments come from hostile programs: control characters never reach a terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}
