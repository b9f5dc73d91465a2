import type { MailTransportKind } from './config';
import { address, boolean, choice, duration, host, integer, text } from './kinds';
import { publicUrl } from './urls';
import type { Variable } from './variable';

const secondsPerMinute = 60;
const secondsPerHour = 3_600;
const secondsPerDay = 86_400;

export const verificationVariables = {
  REQUIRE_EMAIL_VERIFICATION: {
    kind: boolean,
    default: 'false',
    description:
      'A new account cannot sign in, and a new address is not used, before its owner proves to get mail there.',
  },
  EMAIL_VERIFICATION_CODE_EXPIRY_MINUTES: {
    kind: duration(secondsPerMinute, 0.01, 1_440),
    default: '15',
    description: 'Life of a verification code in minutes.',
  },
  PASSWORD_RESET_EXPIRY_MINUTES: {
    kind: duration(secondsPerMinute, 0.01, 1_440),
    default: '60',
    description: 'Life of a password reset link in minutes.',
  },
  EMAIL_UNDO_HOURS: {
    kind: duration(secondsPerHour, 0.01, 8_760),
    default: '72',
    description: 'How long the owner of the old address can take a change of email back, in hours.',
  },
  UNVERIFIED_ACCOUNT_DAYS: {
    kind: duration(secondsPerDay, 0.001, 3_650),
    default: '30',
    description:
      'Accounts that were asked to verify their address and did not are deleted after so many days.',
  },
  MAIL_LINK_KEEP_SECONDS: {
    kind: integer(0, 3_600),
    default: '120',
    description:
      'A link younger than this is mailed once more instead of being replaced, so that nobody kills it by asking again.',
  },
  FRONTEND_URL: {
    kind: publicUrl,
    defaultMeaning: 'PUBLIC_URL, where the gateway serves the pages itself',
    example: 'https://app.example.com',
    description: 'Base of the links in mails: /reset-password and /verify-email below it are pages of yours.',
  },
} satisfies Record<string, Variable>;

export const mailVariables = {
  MAIL_TRANSPORT: {
    kind: choice<MailTransportKind>({ outbox: 'outbox', smtp: 'smtp', sendgrid: 'sendgrid' }),
    defaultMeaning: 'smtp with MAIL_SERVER, sendgrid with SENDGRID_API_KEY, otherwise outbox',
    example: 'smtp',
    description: 'How mails leave; outbox writes .eml files to DATA_DIR/outbox, shown at /dev/mailbox.',
  },
  MAIL_FROM: {
    kind: address,
    default: 'noreply@localhost',
    description: 'Sender address.',
  },
  MAIL_FROM_NAME: {
    kind: text(100),
    defaultMeaning: 'SERVICE_NAME',
    example: 'Auth System',
    description: 'Sender name.',
  },
  MAIL_TEMPLATES_DIR: {
    kind: text(1_000),
    defaultMeaning: 'none',
    example: '/etc/gateway/mail',
    description: 'Directory whose files replace the mail templates and texts of the same name.',
  },
  MAIL_MAX_ATTEMPTS: {
    kind: integer(1, 100),
    default: '10',
    description: 'Tries after which a mail that cannot be delivered is given up.',
  },
  MAIL_SERVER: {
    kind: host,
    defaultMeaning: 'none',
    example: 'smtp.example.com',
    description: 'SMTP server.',
  },
  MAIL_PORT: {
    kind: integer(1, 65_535),
    default: '587',
    description: 'Port of the SMTP server.',
  },
  MAIL_USERNAME: {
    kind: text(255),
    defaultMeaning: 'none: no authentication',
    example: 'mailer@example.com',
    description: 'User at the SMTP server; needs MAIL_PASSWORD.',
  },
  MAIL_PASSWORD: {
    kind: text(1_000),
    defaultMeaning: 'none',
    example: '<password>',
    description: 'Password at the SMTP server; needs MAIL_USERNAME.',
    isSecret: true,
  },
  MAIL_SSL_TLS: {
    kind: boolean,
    default: 'false',
    description: 'TLS from the first byte (port 465). With MAIL_STARTTLS on as well, the port decides.',
  },
  MAIL_STARTTLS: {
    kind: boolean,
    default: 'true',
    description: 'Demands an upgrade to TLS before anything is said.',
  },
  SENDGRID_API_KEY: {
    kind: text(1_000),
    defaultMeaning: 'none',
    example: 'SG.<key>',
    description: "Key of SendGrid's mail API.",
    isSecret: true,
  },
  SENDGRID_URL: {
    kind: publicUrl,
    default: 'https://api.sendgrid.com',
    description: "Base of SendGrid's API; for its European region https://api.eu.sendgrid.com.",
  },
} satisfies Record<string, Variable>;
