import { createLogger, type Logger } from '@tributary/telemetry';
import type { ApolloLogger } from './apollo-types.ts';

const APOLLO_LEVELS = new Map([
  ['debug', 'debug'],
  ['info', 'info'],
  ['warn', 'warn'],
] as const);

/** The engine's log lines in a logger of Apollo's kind: the message with its fields behind it, secrets taken out. */
export function toEngineLogger(logger: ApolloLogger): Logger {
  return createLogger({
    name: 'tributary',
    level: 'debug',
    destination: {
      write(line) {
        // Written by pino a moment ago.
        const { level, msg, time: _, name: __, ...fields } = JSON.parse(line) as LogLine;
        const text = Object.keys(fields).length > 0 ? `${msg} ${JSON.stringify(fields)}` : msg;
        logger[APOLLO_LEVELS.get(level as 'debug') ?? 'error'](text);
      },
    },
  });
}

/** As ApolloGateway does without a logger: warnings and worse, and everything when debugging. */
export function createConsoleLogger(debug: boolean): ApolloLogger {
  const ignore = () => {};
  return {
    debug: debug ? (message) => console.debug(message) : ignore,
    info: debug ? (message) => console.info(message) : ignore,
    warn: (message) => console.warn(message),
    error: (message) => console.error(message),
  };
}

// Private:

interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly time: string;
  readonly name: string;
}
