import { WORKER_FLAG } from './cluster/messages';
import type * as primaries from './cluster/primary';
import type * as links from './cluster/worker-link';
import { ConfigurationError, loadConfig, prepareDataDirectory, readEnvironment, type Config } from './config';
import { logCertificate } from './http/certificate';
import { ListenError, listenTargets, requireFreeAddress } from './http/listening';
import { checkOwnTemplates } from './infrastructure/mail/own-templates';
import { openLog, type Log, type Logger } from './infrastructure/telemetry/logger';
import { warnOfSettings } from './infrastructure/telemetry/settings-warnings';
import { announceStart } from './infrastructure/telemetry/start-announcement';
import type * as serving from './serve';
import { heedHangups, stopOnSignals, type OnHangup } from './signals';

async function main(): Promise<void> {
  const onHangup = heedHangups();
  const config = readConfigOrExit();
  const log = openLog(config.logging, config.serviceName);
  const { logger } = log;
  // What nobody foresaw leaves an unknown state behind: say so, and let the supervisor start a clean process.
  process.on('uncaughtException', (error) => {
    logger.fatal({ error }, 'uncaught_exception');
    void log.close().finally(() => process.exit(1));
  });
  try {
    await run(config, log, onHangup);
  } catch (error) {
    if (error instanceof ConfigurationError || error instanceof ListenError)
      process.stderr.write(`${error.message}\n`);
    else logger.fatal({ error }, 'start_failed');
    await log.close();
    // Whatever was opened before it failed would hold the process for some time.
    process.exit(1);
  }
}

function readConfig(): Config {
  return loadConfig(readEnvironment(), undefined, process.stdout.isTTY);
}

function readConfigOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** In this process, as one worker of several, or as the one that keeps the workers and loads nothing of the service. */
async function run(config: Config, log: Log, onHangup: OnHangup): Promise<void> {
  if (process.argv.includes(WORKER_FLAG)) {
    const { WorkerLink } = require('./cluster/worker-link') as typeof links;
    const logger = log.logger.child({ worker_pid: process.pid });
    await serveHere(config, { ...log, logger }, onHangup, new WorkerLink());
    return;
  }
  checkFiles(config, log.logger);
  for (const target of listenTargets(config)) await requireFreeAddress(target);
  await (config.workers > 1 ? keepWorkers(config, log, onHangup) : serveHere(config, log, onHangup));
}

/** @throws ConfigurationError for files and directories that are not as they must be */
function checkFiles(config: Config, logger: Logger): void {
  prepareDataDirectory(config);
  checkOwnTemplates(config.mail.templatesDir);
  if (config.http.tls) logCertificate(config.http.tls, logger);
}

async function serveHere(
  config: Config,
  log: Log,
  onHangup: OnHangup,
  link?: links.WorkerLink,
): Promise<void> {
  const { serve } = require('./serve') as typeof serving;
  await serve(config, log, onHangup, link);
}

async function keepWorkers(config: Config, log: Log, onHangup: OnHangup): Promise<void> {
  const { logger } = log;
  const { Primary } = require('./cluster/primary') as typeof primaries;
  warnOfSettings(config, logger);
  const primary = new Primary(config, logger);
  const addresses = await primary.start();
  if (!addresses) {
    process.exitCode = 1;
    return;
  }
  const close = async (): Promise<void> => {
    if (!(await primary.stop())) process.exitCode = 1;
  };
  const stop = stopOnSignals({ who: 'server', close, timeoutMs: primary.stopTimeoutMs, log });
  onHangup(() => {
    void primary.reload(() => {
      const changed = readConfig();
      checkFiles(changed, logger);
      warnOfSettings(changed, logger);
      return changed;
    });
  }, stop);
  announceStart(config, addresses, logger);
}

void main();
