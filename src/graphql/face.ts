import { graphqlSurface } from '../foundation/surface';
import type { Face } from '../http/face';
import { toGraphQLError } from './error-body';

/** Clients of GraphQL look for `errors`, also when a request never reached GraphQL. */
export const graphqlFace: Face = {
  surface: graphqlSurface,
  errorBody: (envelope, httpStatus) => ({ errors: [toGraphQLError(envelope, httpStatus)] }),
};
