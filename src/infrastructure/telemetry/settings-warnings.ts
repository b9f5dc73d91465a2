import type { Config } from '../../config';
import { isSameSite } from '../../foundation/same-site';
import type { Logger } from './logger';

/** Settings that are right for a try-out, and perhaps not where strangers come. */
export function warnOfSettings(config: Config, logger: Logger): void {
  if (config.isExposedUnnamed) {
    const message =
      'NODE_ENV IS NOT SET, AND HOST LETS OTHERS IN: SET NODE_ENV=production, OR HOST=127.0.0.1 FOR A TRY-OUT';
    logger.warn({ host: config.http.host, message }, 'environment_not_named');
  }
  for (const { name, didYouMean } of config.unknownVariables) {
    const guess = didYouMean === undefined ? {} : { did_you_mean: didYouMean };
    // The name only: its value may be the secret that is missing elsewhere.
    logger.warn({ variable: name, ...guess }, 'unknown_setting');
  }
  warnOfForeignPages(config, logger);
  if (config.isProduction) warnOfProduction(config, logger);
}

function warnOfProduction(config: Config, logger: Logger): void {
  const { database, dataDir, credits, mail, rateLimit, http } = config;
  if (database.kind === 'embedded') logger.warn({ data_dir: dataDir }, 'embedded_database_in_production');
  if (mail.transport.kind === 'outbox') {
    logger.warn({ directory: mail.transport.directory }, 'mails_are_only_written_to_files');
  }
  if (credits.addPolicy === 'self') {
    logger.warn({ variable: 'CREDITS_ADD_POLICY' }, 'everybody_may_add_credits_in_production');
  }
  if (!rateLimit.enabled) logger.warn({ variable: 'RATE_LIMIT_ENABLED' }, 'rate_limits_off_in_production');
  if (http.corsOrigins.includes('*')) {
    logger.warn({ variable: 'CORS_ORIGINS' }, 'every_origin_may_read_in_production');
  }
}

/** Browsers send a strict or lax cookie along with what pages of its own site ask for, whatever CORS allows. */
function warnOfForeignPages({ refreshToken, http }: Config, logger: Logger): void {
  if (refreshToken.delivery === 'body' || refreshToken.sameSite === 'none') return;
  const origins = http.corsOrigins.filter((origin) => origin !== '*' && !isSameSite(origin, http.publicUrl));
  if (origins.length === 0) return;
  const message = `Pages of ${origins.join(', ')} are of another site than PUBLIC_URL: the refresh cookie does not come along from there. REFRESH_COOKIE_SAMESITE=none lets it, or REFRESH_TOKEN_DELIVERY=body does without`;
  logger.warn({ origins, message }, 'refresh_cookie_kept_from_other_sites');
}
