/** What a new password must have. */
export interface PasswordRule {
  readonly minLength: number;
  /** Governs both letter cases: at least one capital and one small letter. */
  readonly requireUppercase: boolean;
  readonly requireNumbers: boolean;
  readonly requireSpecialCharacters: boolean;
}

/** A rule for usernames on top of the one for all. */
export interface UsernameRule {
  readonly pattern: RegExp;
  /** The end of a sentence that the field begins: `may contain letters only`. */
  readonly message: string;
}

/** What tries are counted as. */
export type LimitedAction =
  | 'register'
  | 'login'
  | 'refresh'
  | 'forgot'
  | 'reset'
  | 'verify'
  | 'verify_code'
  | 'resend'
  | 'resend_address'
  | 'other';

/**
 * The face a request came in through, as use cases see it: GraphQL, or a REST family with rules of its own. They ask for
 * these rules, never for the name.
 */
export interface Surface<Figure extends string = string> {
  readonly name: string;
  /** Undefined: the configured, strict one. */
  readonly passwordRule?: PasswordRule | undefined;
  readonly usernameRule?: UsernameRule | undefined;
  readonly signsInBy: 'email' | 'email-or-username';
  /** Where it does not, the answer has no token, and a session that nobody holds would only stand in the list. */
  readonly registrationSignsIn: boolean;
  /** Before a new account may sign in, whatever the configuration says. */
  readonly verifiesEmail: boolean;
  /** The figures of its rate limits, `GRAPHQL_LOGIN` being what RATE_LIMIT_GRAPHQL_LOGIN says; else GraphQL's. */
  readonly figures: Readonly<Partial<Record<LimitedAction, Figure>>>;
}

/** The gateway's own: for GraphQL, and for the pages that links in mails lead to. */
export const graphqlSurface: Surface = Object.freeze({
  name: 'graphql',
  signsInBy: 'email-or-username',
  registrationSignsIn: true,
  verifiesEmail: false,
  figures: Object.freeze({}),
});
