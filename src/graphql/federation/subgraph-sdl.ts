import {
  Kind,
  parse,
  print,
  printSchema,
  visit,
  type ConstDirectiveNode,
  type GraphQLSchema,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import type { ErrorCode } from '../../errors';
import { raisedBy } from '../describe-fields';
import { fieldsOf, rootFields } from '../root-fields';

const IMPORTS = ['@key', '@shareable', '@inaccessible'];

/** On types and on fields of the roots. */
const DIRECTIVES: Readonly<Partial<Record<string, readonly string[]>>> = {
  User: ['@key(fields: "id")'],
  // Every subgraph with connections has the same one.
  PageInfo: ['@shareable'],
  // Of this service alone, and misleading in a graph of many: it finds nothing of the others, and says how only this one is.
  'Query.node': ['@inaccessible'],
  'Query.health': ['@inaccessible'],
};

const NEEDS_TOKEN: ErrorCode = 'UNAUTHENTICATED';
/** They say it of the access token that a refresh cookie makes up for. */
const NEED_NO_TOKEN: ReadonlySet<string> = new Set(['refresh', 'logout']);

/**
 * The schema as a router composes it. `@requiresScopes` is missing on purpose: access tokens bear no scopes, and what a
 * role may do is decided here, at each request.
 */
export function subgraphSdl(schema: GraphQLSchema, marksAuthenticated: boolean): string {
  const roots = [...rootFields(schema), ...fieldsOf(schema.getSubscriptionType())];
  const authenticated = new Set(
    roots
      .filter(
        (field) =>
          marksAuthenticated && raisedBy(field).includes(NEEDS_TOKEN) && !NEED_NO_TOKEN.has(field.name),
      )
      .map(({ name }) => name),
  );
  const document = visit(parse(printSchema(schema), { noLocation: true }), {
    ObjectTypeDefinition: (node): ObjectTypeDefinitionNode => {
      const { value: type } = node.name;
      const isRoot = ['Query', 'Mutation', 'Subscription'].includes(type);
      const fields = (node.fields ?? []).map((field) => {
        const { value: name } = field.name;
        const added = [
          ...(DIRECTIVES[`${type}.${name}`] ?? []),
          ...(isRoot && authenticated.has(name) ? ['@authenticated'] : []),
        ];
        return { ...field, directives: [...(field.directives ?? []), ...added.flatMap(directivesOf)] };
      });
      return { ...node, fields, directives: (DIRECTIVES[type] ?? []).flatMap(directivesOf) };
    },
  });
  const imports = marksAuthenticated ? [...IMPORTS, '@authenticated'] : IMPORTS;
  const link = `@link(url: "https://specs.apollo.dev/federation/v2.5", import: ${JSON.stringify(imports)})`;
  return `extend schema ${link}\n\n${print(document)}`;
}

function directivesOf(text: string): readonly ConstDirectiveNode[] {
  const [definition] = parse(`scalar S ${text}`, { noLocation: true }).definitions;
  return definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? (definition.directives ?? []) : [];
}
