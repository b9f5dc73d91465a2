import { errorCodes } from '../../errors';

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

/** The one shape of every error, and the same with FastAPI's field beside it. */
export const errorSchemas = {
  Error: {
    type: 'object',
    description: 'The body of every error.',
    properties,
    required,
    additionalProperties: false,
  },
  ErrorWithDetail: {
    type: 'object',
    description: 'The body of every error of the families `session`, `credit` and `balance-hub`.',
    properties: {
      ...properties,
      detail: { type: 'string', description: 'The message once more, where FastAPI has it.' },
    },
    required: [...required, 'detail'],
    additionalProperties: false,
  },
} as const;
