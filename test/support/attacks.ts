import type { GraphQLAnswer, TestApp } from './test-app';

/** Limits on, and addresses that a test may choose: the proxy in front is this machine. */
export const LIMITED = { RATE_LIMIT_ENABLED: 'true', TRUST_PROXY: 'loopback' };

export interface LoginTry {
  readonly identifier: string;
  readonly password?: string;
  /** The address the request seems to come from. */
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type LoginAnswer = GraphQLAnswer<{ login: { tokens: { accessToken: string } } }>;

export function tryLogin(app: TestApp, attempt: LoginTry): Promise<LoginAnswer> {
  const { identifier, password = 'Wrong-Horse-8', from = '192.0.2.1', headers } = attempt;
  return app.graphql(
    'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }',
    { input: { identifier, password } },
    { headers: { 'x-forwarded-for': from, ...headers } },
  );
}

/** The codes of answers in order; `OK` for one without errors. */
export function codesOf(answers: readonly GraphQLAnswer<unknown>[]): string[] {
  return answers.map(({ errors }) => errors[0]?.extensions.code ?? 'OK');
}

export function count(codes: readonly string[], code: string): number {
  return codes.filter((one) => one === code).length;
}

/** One after the other. */
export async function repeat<T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < times; index += 1) results.push(await work(index));
  return results;
}

/** All at once. */
export function atOnce<T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => work(index)));
}
