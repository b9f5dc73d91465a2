import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { GraphqlConfig } from '../config';
import { AppError } from '../errors';

/** Fields that try a secret: one a request, however aliased, so that a single request is a single try. */
const ONCE_PER_OPERATION = new Set(['login', 'register', 'refresh', 'resetPassword', 'verifyEmail']);

type Limits = Pick<GraphqlConfig, 'maxDepth' | 'maxAliases' | 'maxRootFields'>;

/**
 * A validation rule that refuses documents over the limits with QUERY_TOO_COMPLEX. It counts on the parsed document as it
 * would be executed: fragments are followed at each place that spreads them.
 */
export function queryLimitsRule(limits: Limits): ValidationRule {
  return (context: ValidationContext): ASTVisitor => ({
    OperationDefinition(operation): false {
      const problem = new OperationCounter(context, limits).problemOf(operation);
      if (problem) {
        const originalError = new AppError('QUERY_TOO_COMPLEX', {
          message: `The query is too complex: ${problem}`,
        });
        context.reportError(new GraphQLError(originalError.message, { nodes: operation, originalError }));
      }
      return false;
    },
  });
}

/** Counts one operation, and stops at the first limit it passes: hostile documents cost no more than allowed ones. */
class OperationCounter {
  #aliases = 0;
  #rootFields = 0;
  #selections = 0;
  readonly #onceSeen = new Set<string>();
  readonly #openFragments = new Set<string>();

  constructor(
    private readonly context: ValidationContext,
    private readonly limits: Limits,
  ) {}

  problemOf(operation: OperationDefinitionNode): string | undefined {
    return this.#visit(operation.selectionSet.selections, 1);
  }

  #visit(selections: readonly SelectionNode[], depth: number): string | undefined {
    for (const selection of selections) {
      const problem = this.#visitOne(selection, depth);
      if (problem) return problem;
    }
    return undefined;
  }

  #visitOne(selection: SelectionNode, depth: number): string | undefined {
    this.#selections += 1;
    if (this.#selections > MAX_EXPANDED_SELECTIONS) return `more than ${MAX_EXPANDED_SELECTIONS} selections`;
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.#visit(selection.selectionSet.selections, depth);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#visitFragment(selection.name.value, depth);

    if (selection.alias && ++this.#aliases > this.limits.maxAliases)
      return `more than ${this.limits.maxAliases} aliases`;
    const name = selection.name.value;
    if (depth === 1) {
      const problem = this.#countRootField(name);
      if (problem) return problem;
      // Introspection is deeper than any useful query, and is limited by being switched off.
      if (name === '__schema' || name === '__type') return undefined;
    }
    if (depth > this.limits.maxDepth) return `deeper than ${this.limits.maxDepth} levels`;
    return selection.selectionSet && this.#visit(selection.selectionSet.selections, depth + 1);
  }

  #countRootField(name: string): string | undefined {
    if (++this.#rootFields > this.limits.maxRootFields)
      return `more than ${this.limits.maxRootFields} root fields`;
    if (ONCE_PER_OPERATION.has(name)) {
      if (this.#onceSeen.has(name)) return `${name} more than once`;
      this.#onceSeen.add(name);
    }
    return undefined;
  }

  #visitFragment(name: string, depth: number): string | undefined {
    const fragment: FragmentDefinitionNode | null | undefined = this.context.getFragment(name);
    // Unknown fragments and cycles are what graphql-js's own rules report.
    if (!fragment || this.#openFragments.has(name)) return undefined;
    this.#openFragments.add(name);
    const problem = this.#visit(fragment.selectionSet.selections, depth);
    this.#openFragments.delete(name);
    return problem;
  }
}

/**
 * Fragments within fragments grow exponentially from few tokens; this bounds the work of counting them. Spreads count like
 * fields, because fragments need not hold a single field to grow.
 */
const MAX_EXPANDED_SELECTIONS = 2000;
