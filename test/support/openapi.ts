import { readFileSync } from 'node:fs';
import path from 'node:path';
import addFormats from 'ajv-formats';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import { restFamilies } from '../../src/rest';

interface Media {
  readonly schema: object;
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, Media>> }>>;
}

export interface DocumentedApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
}

const file = path.resolve(__dirname, '../../docs/openapi.json');
export const documentedApi = JSON.parse(readFileSync(file, 'utf8')) as DocumentedApi;

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(documentedApi, 'openapi');

const validators = new Map<string, ValidateFunction>();

export interface SeenResponse {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly body: unknown;
}

/** What docs/openapi.json does not allow in a response; empty when it is documented just so. */
export function undocumentedIn(response: SeenResponse): string[] {
  const [template, item] = findPath(response.path);
  const method = response.method === 'HEAD' ? 'get' : response.method.toLowerCase();
  const operation = item?.[method];
  const where = `${response.method} ${response.path} ${response.status}`;
  if (!operation) {
    const isRefusal = response.status === 405 || (response.status === 404 && !item);
    return isRefusal
      ? problemsOf(where, errorSchemaOf(response.path), response.body)
      : [`${where}: no such operation`];
  }
  const documented = operation.responses[String(response.status)];
  if (!documented) return [`${where}: the status is not documented for ${template}`];
  if (response.method === 'HEAD') return [];
  const mediaType = response.contentType?.split(';', 1)[0] ?? 'none';
  const media = documented.content[mediaType];
  if (!media) return [`${where}: ${mediaType} is not documented`];
  const pointer = ['paths', template, method, 'responses', String(response.status), 'content', mediaType]
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  return problemsOf(where, `openapi#/${pointer}/schema`, response.body);
}

/** The path as the document has it; a fixed one goes before one with parameters. */
function findPath(path: string): [string, Readonly<Record<string, DocumentedOperation>> | undefined] {
  const plain = path.split('?', 1)[0] ?? '';
  const fitting = Object.entries(documentedApi.paths).filter(([template]) =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(plain),
  );
  return fitting.sort(([a], [b]) => a.split('{').length - b.split('{').length)[0] ?? [plain, undefined];
}

function errorSchemaOf(path: string): string {
  const [nearest] = restFamilies
    .flatMap((family) => family.prefixes.map((prefix) => ({ prefix, ...family })))
    .filter(({ prefix }) => path.startsWith(prefix))
    .sort((one, other) => other.prefix.length - one.prefix.length);
  return `openapi#/components/schemas/${nearest?.hasDetail ? 'ErrorWithDetail' : 'Error'}`;
}

function problemsOf(where: string, schema: string, body: unknown): string[] {
  let validate = validators.get(schema);
  if (!validate) {
    validate = ajv.compile({ $ref: schema });
    validators.set(schema, validate);
  }
  if (validate(body)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [where, instancePath || '/', message, JSON.stringify(params)].join(' '),
  );
}
