import { isatty } from 'node:tty';
import type { Log } from './infrastructure/telemetry/logger';

/** One Ctrl-C arrives twice under npm: from the terminal and from npm, which passes it on. */
const SAME_SIGNAL_MS = 500;
const STANDARD_OUTPUT = 1;

export interface Stopping {
  /** The names of the log lines begin with it. */
  readonly who: 'server' | 'worker';
  /** Finishes what is under way. */
  readonly close: () => Promise<void>;
  /** For `close`; then the process ends with what is not finished. */
  readonly timeoutMs: number;
  /** Closed at the end. */
  readonly log: Log;
}

/**
 * The first signal stops gracefully, a later one at once.
 * @returns what the first signal does, for those who have another reason; once begun it does nothing
 */
export function stopOnSignals({ who, close, timeoutMs, log }: Stopping): (reason: string) => void {
  const { logger } = log;
  let stoppingSinceMs: number | undefined;
  const begin = (signal: string): void => {
    if (stoppingSinceMs !== undefined) return;
    stoppingSinceMs = performance.now();
    logger.info({ signal }, `${who}_stopping`);
    // Left running without holding the process: whatever else still does after closing is ended by it.
    setTimeout(() => {
      logger.error('shutdown_timed_out');
      process.exit(1);
    }, timeoutMs).unref();
    close().then(
      () => {
        logger.info(`${who}_stopped`);
        return log.close();
      },
      (error: unknown) => {
        logger.error({ error }, 'shutdown_failed');
        process.exit(1);
      },
    );
  };
  const stop = (signal: NodeJS.Signals): void => {
    if (stoppingSinceMs !== undefined && performance.now() - stoppingSinceMs >= SAME_SIGNAL_MS) {
      logger.warn({ signal }, 'shutdown_cut_short');
      process.exit(1);
    }
    begin(signal);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return begin;
}

/** Says what a reload is, and what to do at the end; to be called once there is something to reload. */
export type OnHangup = (reload: () => void, stop: (reason: string) => void) => void;

/**
 * SIGHUP asks for a reload, unless it says that the terminal is gone which the server was started on: then it is the end.
 * To be called as early as possible, for unheard it ends the process; what is asked for during the start is done after it.
 */
export function heedHangups(): OnHangup {
  const hadTerminal = isatty(STANDARD_OUTPUT);
  let isAsked = false;
  let reload = (): void => void (isAsked = true);
  let stop: (reason: string) => void = () => process.exit(1);
  process.on('SIGHUP', () => {
    if (hadTerminal && !isatty(STANDARD_OUTPUT)) stop('SIGHUP');
    else reload();
  });
  return (reloadNow, stopNow) => {
    [reload, stop] = [reloadNow, stopNow];
    if (isAsked) reload();
  };
}
