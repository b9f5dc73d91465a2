/** Its own types are for ES modules only, which these tests are not. */
declare module 'graphql-request' {
  export class GraphQLClient {
    constructor(url: string, options?: { fetch?: typeof fetch });
    request<Data>(document: string, variables?: object, headers?: Record<string, string>): Promise<Data>;
  }
  export class ClientError extends Error {
    response: { errors?: { message: string; extensions?: Record<string, unknown> }[] };
  }
}
