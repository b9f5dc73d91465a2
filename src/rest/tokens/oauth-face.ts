import type { ErrorEnvelope } from '../../errors';
import { graphqlSurface } from '../../foundation/surface';
import type { Face } from '../../http/face';

/** Errors as clients of OAuth look for them (RFC 6749, 5.2), with what all our errors have beside it. */
export const oauthFace: Face = {
  surface: graphqlSurface,
  challenge: 'Basic realm="oauth", charset="UTF-8"',
  errorBody: (envelope: ErrorEnvelope, httpStatus: number) => ({
    ...envelope,
    error: oauthCodeOf(httpStatus),
    error_description: envelope.message,
  }),
};

function oauthCodeOf(httpStatus: number): string {
  if (httpStatus === 401) return 'invalid_client';
  if (httpStatus === 503) return 'temporarily_unavailable';
  return httpStatus < 500 ? 'invalid_request' : 'server_error';
}
