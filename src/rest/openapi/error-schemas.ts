import { errorCodes } from '../../errors';
import type { OperationGroup } from '../operation';

const properties = {
  status: { type: 'string', const: 'error' },
  error: { type: 'string', description: 'Name of the exception.', examples: ['InvalidCredentialsException'] },
  code: { type: 'string', enum: errorCodes, description: 'What programs should look at.' },
  message: { type: 'string', description: 'For people.' },
  timestamp: { type: 'string', format: 'date-time', description: 'RFC 3339, in UTC.' },
  request_id: { type: 'string', description: 'The same as the header `X-Request-ID`.' },
  details: {
    type: 'array',
    description: 'With status 422 only: every field that breaks a rule.',
    items: {
      type: 'object',
      properties: { field: { type: 'string' }, message: { type: 'string' } },
      required: ['field', 'message'],
      additionalProperties: false,
    },
  },
  retry_after: {
    type: 'integer',
    description: 'With status 429 and 503: seconds until another try makes sense.',
  },
} as const;

const required = ['status', 'error', 'code', 'message', 'timestamp', 'request_id'];

/** The one shape of every error and, for groups that have it, the same with FastAPI's field beside it. */
export function errorSchemasOf(groups: readonly OperationGroup[]): Record<string, object> {
  const detailed = groups.filter(({ hasDetail }) => hasDetail).map(({ name }) => `\`${name}\``);
  return {
    Error: {
      type: 'object',
      description: 'The body of every error.',
      properties,
      required,
      additionalProperties: false,
    },
    ...(detailed.length > 0 && { ErrorWithDetail: withDetail(namesIn(detailed)) }),
    ...(groups.some(({ speaksOAuth }) => speaksOAuth) && { OAuthError: oauthError }),
  };
}

/** Which of them a group answers with. */
export function errorSchemaOf({ hasDetail, speaksOAuth }: OperationGroup): string {
  if (speaksOAuth) return 'OAuthError';
  return hasDetail ? 'ErrorWithDetail' : 'Error';
}

const oauthError = {
  type: 'object',
  description:
    'The body of every error below `/oauth/`: RFC 6749, 5.2, with the fields of all our errors beside it.',
  properties: {
    ...properties,
    error: { type: 'string', description: "OAuth's own code.", examples: ['invalid_client'] },
    error_description: { type: 'string', description: 'The message once more, where OAuth has it.' },
  },
  required: [...required, 'error_description'],
  additionalProperties: false,
} as const;

function withDetail(families: string): object {
  return {
    type: 'object',
    description: `The body of every error of the families ${families}.`,
    properties: {
      ...properties,
      detail: { type: 'string', description: 'The message once more, where FastAPI has it.' },
    },
    required: [...required, 'detail'],
    additionalProperties: false,
  };
}

const namesIn = (names: readonly string[]): string =>
  new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(names);
