import type { Person } from './people';
import type { GraphQLAnswer, GraphQLAnswerError, TestApp } from './test-app';

export interface Entry {
  readonly id: string;
  readonly userId: string;
  readonly amount: string;
  readonly type: 'CREDIT_ADDED' | 'CREDIT_USED';
  readonly referenceId: string | null;
  readonly description: string | null;
  readonly createdAt: string;
  readonly newBalance: string;
}

export type Operation = 'addCredits' | 'useCredits';

export interface Booked {
  readonly entry: Entry | undefined;
  readonly error: GraphQLAnswerError | undefined;
  /** The error's code, or null when it was booked. */
  readonly code: string | null;
}

const FIELDS = 'id userId amount type referenceId description createdAt newBalance';

/** Books through the front door. */
export async function book(
  app: TestApp,
  person: Pick<Person, 'accessToken'>,
  operation: Operation,
  input: Record<string, unknown>,
): Promise<Booked> {
  const answer: GraphQLAnswer<Record<Operation, Entry>> = await app.graphql(
    `mutation ($input: CreditInput!) { ${operation}(input: $input) { ${FIELDS} } }`,
    { input },
    { token: person.accessToken },
  );
  const error = answer.errors[0];
  return { entry: answer.data?.[operation], error, code: error?.extensions.code ?? null };
}

export async function balanceOf(app: TestApp, person: Pick<Person, 'accessToken'>): Promise<string> {
  const { data, errors } = await app.graphql<{ creditBalance: { balance: string } }>(
    '{ creditBalance { balance } }',
    {},
    { token: person.accessToken },
  );
  if (!data) throw new Error(`no balance: ${JSON.stringify(errors)}`);
  return data.creditBalance.balance;
}

export interface Page {
  readonly edges: readonly { cursor: string; node: Entry }[];
  readonly pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
  readonly totalCount: number;
}

export async function history(
  app: TestApp,
  person: Pick<Person, 'accessToken'>,
  page: { first?: number; after?: string | null; last?: number; before?: string | null } = {},
): Promise<Page> {
  const { data, errors } = await app.graphql<{ creditTransactions: Page }>(
    `query ($first: Int, $after: String, $last: Int, $before: String) {
      creditTransactions(first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { ${FIELDS} } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        totalCount
      }
    }`,
    page,
    { token: person.accessToken },
  );
  if (!data) throw new Error(`no history: ${JSON.stringify(errors)}`);
  return data.creditTransactions;
}

/** Runs one statement beside the application, as an operator with a console could. */
export async function statement(app: TestApp, sql: string, values: unknown[] = []): Promise<unknown[]> {
  return app.app.database.read<unknown[]>((em) => em.execute(sql, values));
}
