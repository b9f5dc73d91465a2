import path from 'node:path';
import type {
  MailConfig,
  MailTransportConfig,
  MailTransportKind,
  SmtpConfig,
  VerificationConfig,
} from './config';
import type { ConfigurationProblem } from './configuration-error';
import { exampleOf, type Reading } from './read-variables';
import type { Values, VariableName } from './variables';

/** The port that is TLS from the first byte by registration. */
const implicitTlsPort = 465;

/** A transport is off, or on with all its settings. */
export function mailProblems(reading: Reading): ConfigurationProblem[] {
  const { values, given } = reading;
  const problems: ConfigurationProblem[] = [];
  const need = (name: VariableName, because: string): void => {
    if (!given.has(name))
      problems.push({ variable: name, rule: `must be set ${because}`, example: exampleOf(name) });
  };
  if (values.MAIL_TRANSPORT === 'smtp') need('MAIL_SERVER', 'with MAIL_TRANSPORT=smtp');
  if (values.MAIL_TRANSPORT === 'sendgrid') need('SENDGRID_API_KEY', 'with MAIL_TRANSPORT=sendgrid');
  if (given.has('MAIL_USERNAME')) need('MAIL_PASSWORD', 'together with MAIL_USERNAME');
  if (given.has('MAIL_PASSWORD')) need('MAIL_USERNAME', 'together with MAIL_PASSWORD');
  if (given.has('MAIL_SERVER') && given.has('SENDGRID_API_KEY'))
    need('MAIL_TRANSPORT', 'where both MAIL_SERVER and SENDGRID_API_KEY are');
  return problems;
}

export function verificationConfig(values: Values): VerificationConfig {
  return {
    required: values.REQUIRE_EMAIL_VERIFICATION,
    codeTtlSeconds: values.EMAIL_VERIFICATION_CODE_EXPIRY_MINUTES,
    resetTtlSeconds: values.PASSWORD_RESET_EXPIRY_MINUTES,
    emailUndoTtlSeconds: values.EMAIL_UNDO_HOURS,
    linkKeepSeconds: values.RATE_LIMIT_ENABLED ? values.MAIL_LINK_KEEP_SECONDS : 0,
    unverifiedAccountSeconds: values.UNVERIFIED_ACCOUNT_DAYS,
  };
}

/** Takes values that `mailProblems` has found nothing wrong with. */
export function mailConfig(values: Values): MailConfig {
  return {
    transport: transportConfig(values),
    fromAddress: values.MAIL_FROM,
    fromName: values.MAIL_FROM_NAME ?? values.SERVICE_NAME,
    serviceName: values.SERVICE_NAME,
    templatesDir: values.MAIL_TEMPLATES_DIR,
    maxAttempts: values.MAIL_MAX_ATTEMPTS,
  };
}

function transportConfig(values: Values): MailTransportConfig {
  const { MAIL_SERVER, SENDGRID_API_KEY } = values;
  const kind = values.MAIL_TRANSPORT ?? impliedTransport(values);
  if (kind === 'smtp' && MAIL_SERVER !== undefined) return smtpConfig(values, MAIL_SERVER);
  if (kind === 'sendgrid' && SENDGRID_API_KEY !== undefined)
    return { kind, apiKey: SENDGRID_API_KEY, url: values.SENDGRID_URL };
  return { kind: 'outbox', directory: path.join(values.DATA_DIR, 'outbox') };
}

function impliedTransport({ MAIL_SERVER, SENDGRID_API_KEY }: Values): MailTransportKind {
  if (MAIL_SERVER !== undefined) return 'smtp';
  return SENDGRID_API_KEY === undefined ? 'outbox' : 'sendgrid';
}

function smtpConfig(values: Values, host: string): SmtpConfig {
  const { MAIL_PORT, MAIL_USERNAME, MAIL_PASSWORD, MAIL_SSL_TLS, MAIL_STARTTLS } = values;
  const implicitTls = MAIL_SSL_TLS && (!MAIL_STARTTLS || MAIL_PORT === implicitTlsPort);
  const hasCredentials = MAIL_USERNAME !== undefined && MAIL_PASSWORD !== undefined;
  return {
    kind: 'smtp',
    host,
    port: MAIL_PORT,
    encryption: implicitTls ? 'tls' : MAIL_STARTTLS ? 'starttls' : 'none',
    credentials: hasCredentials ? { username: MAIL_USERNAME, password: MAIL_PASSWORD } : undefined,
  };
}
