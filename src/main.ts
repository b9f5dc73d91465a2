import 'reflect-metadata';
import { buildApp, type App } from './app';
import { ConfigurationError, loadConfig, prepareDataDirectory, readEnvironment, type Config } from './config';
import { addressOf, listenError, ListenError, requireFreeAddress, type ListenTarget } from './http/listening';
import { checkOwnTemplates } from './infrastructure/mail/own-templates';
import { whereToClick } from './infrastructure/telemetry/where-to-click';
import { serveOperators } from './operator/admin-server';
import { createLogger, type Logger } from './infrastructure/telemetry/logger';

/** One Ctrl-C arrives twice under npm: from the terminal and from npm, which passes it on. */
const SAME_SIGNAL_MS = 500;

async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config.logging, config.serviceName);
  try {
    await serve(config, logger);
  } catch (error) {
    if (error instanceof ConfigurationError || error instanceof ListenError)
      process.stderr.write(`${error.message}\n`);
    else logger.fatal({ error }, 'start_failed');
    process.exitCode = 1;
  }
}

function readConfig(): Config {
  try {
    return loadConfig(readEnvironment(), undefined, process.stdout.isTTY);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

async function serve(config: Config, logger: Logger): Promise<void> {
  prepareDataDirectory(config);
  checkOwnTemplates(config.mail.templatesDir);
  const targets = listenTargets(config);
  for (const target of targets) await requireFreeAddress(target);
  const app = await buildApp(config, { logger });
  const { kind } = config.database;
  const operators =
    kind === 'embedded' ? await serveOperators(config.dataDir, app.administration, logger) : undefined;
  const close = async (): Promise<void> => {
    await operators?.close();
    await app.close();
  };
  // What nobody foresaw leaves an unknown state behind: say so, and let the supervisor start a clean process.
  process.on('uncaughtException', (error) => {
    logger.fatal({ error }, 'uncaught_exception');
    process.exit(1);
  });
  try {
    const [address = '', metrics] = await listen(app, targets);
    app.mailWorker.start();
    app.housekeeper.start();
    const { port, publicUrl } = config.http;
    // Nobody knows a port of 0 by that name.
    const graphql = `${port === 0 ? address : publicUrl}/graphql`;
    logger.info({ address, metrics, database: config.database.kind, graphql }, 'server_started');
    if (process.stdout.isTTY) process.stdout.write(whereToClick(config, address));
  } catch (error) {
    await close();
    throw error;
  }
  stopOnSignals(close, config.http.shutdownTimeoutSeconds * 1000, logger);
}

function listenTargets({ http: { host, port }, metrics }: Config): readonly ListenTarget[] {
  const own: ListenTarget = { host, port, portVariable: 'PORT' };
  return metrics.port === undefined
    ? [own]
    : [own, { host, port: metrics.port, portVariable: 'METRICS_PORT' }];
}

/** @returns the addresses listened on */
async function listen(app: App, targets: readonly ListenTarget[]): Promise<string[]> {
  const addresses: string[] = [];
  for (const target of targets) {
    const server = target.portVariable === 'PORT' ? app.server : app.metricsServer;
    if (!server) continue;
    try {
      await server.listen({ host: target.host, port: target.port });
    } catch (error) {
      throw listenError(error, target);
    }
    addresses.push(addressOf(server.server));
  }
  return addresses;
}

/** The first signal stops gracefully, a later one at once. */
function stopOnSignals(close: App['close'], timeoutMs: number, logger: Logger): void {
  let stoppingSinceMs: number | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    if (stoppingSinceMs !== undefined) {
      if (performance.now() - stoppingSinceMs < SAME_SIGNAL_MS) return;
      logger.warn({ signal }, 'shutdown_cut_short');
      process.exit(1);
    }
    stoppingSinceMs = performance.now();
    logger.info({ signal }, 'server_stopping');
    // Left running without holding the process: whatever else still does after closing is ended by it.
    setTimeout(() => {
      logger.error('shutdown_timed_out');
      process.exit(1);
    }, timeoutMs).unref();
    close().then(
      () => logger.info('server_stopped'),
      (error: unknown) => {
        logger.error({ error }, 'shutdown_failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

void main();
