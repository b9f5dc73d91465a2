import type { Config } from '../../config';
import type { Logger } from './logger';

/** Settings that are right for a try-out, and perhaps not in production. */
export function warnOfSettings({ isProduction, database, dataDir, credits }: Config, logger: Logger): void {
  if (!isProduction) return;
  if (database.kind === 'embedded') logger.warn({ data_dir: dataDir }, 'embedded_database_in_production');
  if (credits.addPolicy === 'self') {
    logger.warn({ variable: 'CREDITS_ADD_POLICY' }, 'everybody_may_add_credits_in_production');
  }
}
