import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { raisedAnywhere } from '../../src/errors/raises.decorator';

interface PathError {
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string };
}

let declared: ReadonlyMap<string, string> | undefined;

/** What each root field says of itself. */
function descriptions(): ReadonlyMap<string, string> {
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
  const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {}),
  );
  return new Map(fields.map(({ name, description }) => [name, description ?? '']));
}

/** @throws Error for an error that a root field answered and does not tell of (`@Raises`) */
export function expectDeclared(errors: readonly PathError[]): void {
  for (const { path = [], extensions } of errors) {
    const [field] = path;
    if (path.length !== 1 || typeof field !== 'string') continue;
    declared ??= descriptions();
    const description = declared.get(field);
    // Under an alias, or of a document that is refused as a whole.
    if (description === undefined || raisedAnywhere.some((code) => code === extensions.code)) continue;
    if (!description.includes(`\`${extensions.code}\``))
      throw new Error(`${field} answered ${extensions.code}, which its description does not name: @Raises`);
  }
}
