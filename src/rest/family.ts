import type { FigureName } from '../config';
import type { ErrorEnvelope } from '../errors';
import type { PasswordRule, Surface } from '../foundation/surface';
import type { Face } from '../http/face';
import type { Operation, OperationGroup, OperationLimit } from './operation';
import type { RestServices } from './services';

type Rules = Omit<Surface<FigureName>, 'name' | 'figures'>;

/** All there is to say of a family; what may be left out is as GraphQL has it. */
export interface FamilyDefinition {
  /** In REST_FAMILIES, and as the tag in the OpenAPI document. */
  readonly name: string;
  readonly description: string;
  /** What lies below them is the family's, route or not: `/name/`. Of two that fit the longer one counts. */
  readonly prefixes: readonly string[];
  /** Whether error bodies repeat the message as `detail`, as FastAPI's do. */
  readonly hasDetail?: true;
  /** Whether the session cookie is taken beside the header. */
  readonly takesCookie?: true;
  /** Whether JSON numbers keep their text, on the way in and out, because they are money. */
  readonly hasMoney?: true;
  readonly rules: Partial<Rules>;
  /** Which RATE_LIMIT_ variable serves which action. */
  readonly figures?: Surface<FigureName>['figures'];
  /** What an operation counts as that does not say so itself; by default as `other`. */
  readonly limitOf?: (operation: Operation) => OperationLimit;
  readonly operations: (services: RestServices) => readonly Operation[];
}

/** A family of REST operations: one of the services that came before, as this one serves it. */
export interface RestFamily extends FamilyDefinition {
  readonly surface: Surface<FigureName>;
}

export function defineFamily(definition: FamilyDefinition): RestFamily {
  const { name, rules, figures = {} } = definition;
  const surface = Object.freeze({
    name,
    signsInBy: 'email-or-username',
    registrationSignsIn: false,
    verifiesEmail: false,
    ...rules,
    figures: Object.freeze(figures),
  } satisfies Surface<FigureName>);
  return Object.freeze({ ...definition, surface });
}

/** What the old services documented where they asked for no more than a length. */
export const EIGHT_CHARACTERS: PasswordRule = {
  minLength: 8,
  requireUppercase: false,
  requireNumbers: false,
  requireSpecialCharacters: false,
};

export function groupOf(family: RestFamily, services: RestServices): OperationGroup {
  const { surface, hasDetail, limitOf = () => ({ action: 'other' }) } = family;
  const face: Face = { surface, errorBody: hasDetail ? withDetail : (envelope) => envelope };
  return { ...family, face, limitOf, operations: family.operations(services) };
}

/** The message where FastAPI has it. */
function withDetail(envelope: ErrorEnvelope): object {
  return { ...envelope, detail: envelope.message };
}
