import 'reflect-metadata';
import { buildApp } from './app';
import { ConfigurationError, loadConfig, readEnvironment, type Config } from './config';
import { createLogger, type Logger } from './infrastructure/telemetry/logger';

async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config.logging, config.serviceName);
  try {
    await serve(config, logger);
  } catch (error) {
    logger.fatal({ error }, 'start_failed');
    process.exitCode = 1;
  }
}

function readConfig(): Config {
  try {
    return loadConfig(readEnvironment());
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

async function serve(config: Config, logger: Logger): Promise<void> {
  const app = await buildApp(config, { logger });
  // What nobody foresaw leaves an unknown state behind: say so, and let the supervisor start a clean process.
  process.on('uncaughtException', (error) => {
    logger.fatal({ error }, 'uncaught_exception');
    process.exit(1);
  });
  const address = await app.server.listen({ host: config.http.host, port: config.http.port });
  app.mailWorker.start();
  logger.info(
    { address, database: config.database.kind, graphql: `${config.http.publicUrl}/graphql` },
    'server_started',
  );

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'server_stopping');
    const timer = setTimeout(() => {
      logger.error('shutdown_timed_out');
      process.exit(1);
    }, config.http.shutdownTimeoutSeconds * 1000);
    app.close().then(
      () => {
        clearTimeout(timer);
        logger.info('server_stopped');
      },
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
