import type * as pinoPretty from 'pino-pretty';
import type { LineFormat } from './log-sink';

/** Lines for people; what makes them is loaded only where somebody wants to read them. */
export function textLines(hasColours: boolean): LineFormat {
  const { prettyFactory } = require('pino-pretty') as typeof pinoPretty;
  return prettyFactory({
    colorize: hasColours,
    messageKey: 'event',
    timestampKey: 'timestamp',
    customLevels: 'DEBUG:20,INFO:30,WARNING:40,ERROR:50,CRITICAL:60',
    useOnlyCustomProps: false,
    ignore: 'service,pid,hostname',
  }) as LineFormat;
}
