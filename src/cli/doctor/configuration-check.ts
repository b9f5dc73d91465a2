import { Writable } from 'node:stream';
import { ConfigurationError, loadConfig, readEnvironment, type Config } from '../../config';
import { createLogger } from '../../infrastructure/telemetry/logger';
import { warnOfSettings } from '../../infrastructure/telemetry/settings-warnings';
import { Report, type Finding } from './finding';

/** What to do about the settings that a start warns of, by the name of its event in the log. */
const ADVICE: Readonly<Record<string, string>> = {
  environment_not_named: 'Set NODE_ENV=production, or HOST=127.0.0.1 for a try-out.',
  unknown_setting: 'Correct the name or remove the variable: nothing reads it.',
  embedded_database_in_production:
    'Set DATABASE_URL: the embedded database has one process and no backup of its own.',
  mails_are_only_written_to_files: 'Set MAIL_SERVER or SENDGRID_API_KEY, or nobody gets a mail.',
  everybody_may_add_credits_in_production:
    'Set CREDITS_ADD_POLICY=admin, unless people may give themselves credits.',
  rate_limits_off_in_production: 'Set RATE_LIMIT_ENABLED=true: passwords can be guessed without end.',
  every_origin_may_read_in_production: 'List the origins of your own pages in CORS_ORIGINS.',
};

export interface CheckedConfiguration {
  readonly findings: readonly Finding[];
  /** Undefined where the environment is not valid: nothing else can be examined then. */
  readonly config: Config | undefined;
}

export function checkConfiguration(): CheckedConfiguration {
  const report = new Report('configuration');
  try {
    // No token is signed here, so no development secret is made either.
    const config = loadConfig(readEnvironment(), () => '');
    report.ok(`valid, for ${config.environment}; links and tokens name ${config.http.publicUrl}`);
    for (const { event, ...fields } of warningsOf(config)) {
      const what = ['message', 'variable', 'did_you_mean', 'directory', 'data_dir']
        .flatMap((name) => (typeof fields[name] === 'string' ? [fields[name]] : []))
        .join(', ');
      report.warning(
        what === '' ? event : `${event}: ${what}`,
        ADVICE[event] ?? 'docs/operations.md explains the event.',
      );
    }
    return { findings: report.findings, config };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const { variable, rule, example } of error.problems)
      report.failure(`${variable} ${rule}`, `For example ${example}`);
    return { findings: report.findings, config: undefined };
  }
}

/** What a start would warn of, in the words of the log. */
function warningsOf(config: Config): ({ event: string } & Record<string, unknown>)[] {
  const lines: string[] = [];
  const sink = new Writable({
    write: (line: Buffer, _encoding, done) => {
      lines.push(line.toString());
      done();
    },
  });
  const logging = { level: 'warn', format: 'json', file: undefined } as const;
  warnOfSettings(config, createLogger(logging, config.serviceName, sink));
  return lines.map((line) => JSON.parse(line) as { event: string });
}
