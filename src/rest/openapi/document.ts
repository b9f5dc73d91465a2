import { z } from 'zod';
import { ACCESS_COOKIE } from '../authentication';
import { policies } from '../../infrastructure/rate-limit/policies';
import type { Answer, Operation, OperationGroup } from '../operation';
import { errorResponses } from './error-responses';
import { errorSchemasOf } from './error-schemas';

export interface DocumentInfo {
  readonly version: string;
}

export type OpenApiDocument = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of the groups that are served. */
export function openApiDocument(groups: readonly OperationGroup[], info: DocumentInfo): OpenApiDocument {
  const paths: Record<string, Record<string, object>> = {};
  for (const group of groups) {
    for (const operation of group.operations) {
      (paths[operation.path] ??= {})[operation.method.toLowerCase()] = describeOperation(group, operation);
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'GraphQL Auth Gateway: REST',
      version: info.version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // Relative: the pages that show the document call the server they came from.
    servers: [{ url: '/' }],
    tags: groups.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      schemas: errorSchemasOf(groups),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token.' },
        client: { type: 'http', scheme: 'basic', description: 'Id and secret of OAUTH_CLIENTS.' },
        ...cookieScheme(groups),
      },
    },
  };
}

function cookieScheme(groups: readonly OperationGroup[]): Record<string, object> {
  const families = groups.filter(({ takesCookie }) => takesCookie).map(({ name }) => name);
  if (families.length === 0) return {};
  const description = `Set by the login of ${families.join(', ')}; other families do not take it.`;
  return { cookie: { type: 'apiKey', in: 'cookie', name: ACCESS_COOKIE, description } };
}

const DESCRIPTION = `Other services came before this gateway. Each is served here as a *family* of paths of its own, on one set of accounts: whoever registers through one can sign in through the others, and through GraphQL at \`/graphql\`.

Every error of every path has one shape, the schema \`Error\`. Unknown fields of a body are ignored. Every answer carries \`X-Request-ID\`.`;

function describeOperation(group: OperationGroup, operation: Operation): object {
  const { id, summary, body, query, params, headers } = operation;
  const description = descriptionOf(operation);
  const parameters = [
    ...parametersOf('path', params),
    ...parametersOf('query', query),
    ...parametersOf('header', headers),
  ];
  return {
    tags: [group.name],
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    security: securityOf(group, operation),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: requestBodyOf(operation, body) }),
    responses: {
      ...responsesOf([operation.answer, ...(operation.otherAnswers ?? [])]),
      ...errorResponses(group, operation),
    },
  };
}

const LOGIN_TRY = 'The password is compared, which counts as a try at login, whatever it is asked for.';

function descriptionOf({ description, limit }: Operation): string | undefined {
  if (!limit || !policies[limit.action].isCountedWithin) return description;
  return description === undefined ? LOGIN_TRY : `${description} ${LOGIN_TRY}`;
}

function securityOf(group: OperationGroup, { security = 'none' }: Operation): object[] {
  if (security === 'none') return [];
  if (security === 'client') return [{ client: [] }];
  const ways = [{ bearer: [] }, ...(group.takesCookie ? [{ cookie: [] }] : [])];
  return security === 'required' || security === 'sign-out' ? ways : [...ways, {}];
}

function requestBodyOf({ bodyExample, takesForm }: Operation, body: z.ZodType): object {
  const isOptional = body.safeParse(undefined).success;
  const media = { schema: jsonSchemaOf(body, 'input'), example: bodyExample };
  return {
    required: !isOptional,
    content: {
      'application/json': media,
      ...(takesForm && { 'application/x-www-form-urlencoded': media }),
    },
  };
}

interface Response {
  readonly description: string;
  readonly headers?: object;
  readonly content: object;
}

/** By status; answers of one status differ by their media type. */
function responsesOf(answers: readonly Answer<unknown>[]): Record<string, object> {
  const responses: Record<string, Response> = {};
  for (const answer of answers) {
    const response = responseOf(answer);
    const content = { ...responses[answer.status]?.content, ...response.content };
    responses[answer.status] = { ...response, ...responses[answer.status], content };
  }
  return responses;
}

function responseOf({
  description,
  schema,
  example,
  mediaType,
  headers,
  hasNoBody,
}: Answer<unknown>): Response {
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [
          name,
          { description: text, schema: { type: 'string' } },
        ]),
      ),
    }),
    content: hasNoBody
      ? {}
      : {
          [mediaType?.split(';', 1)[0] ?? 'application/json']: {
            schema: jsonSchemaOf(schema, 'output'),
            example,
          },
        },
  };
}

function parametersOf(place: 'path' | 'query' | 'header', schema: z.ZodType | undefined): object[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchemaOf(schema, 'input');
  return Object.entries(properties).map(([name, property]) => {
    const { description, example, ...rest } = property as Record<string, unknown>;
    return { name, in: place, required: required.includes(name), description, example, schema: rest };
  });
}

interface ObjectSchema {
  readonly properties?: Record<string, object>;
  readonly required?: readonly string[];
}

function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): ObjectSchema {
  const jsonSchema = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<string, unknown>;
  delete jsonSchema['$schema'];
  return jsonSchema;
}
