// Generated from schema.graphql by "npm run generate"; do not edit.

/** Who signed in, and the tokens of the session. */
export interface AuthPayload {
  /** The tokens of the session. */
  readonly tokens: AuthTokens;
  /** Who signed in. */
  readonly user: User;
}

/** The tokens of one session. */
export interface AuthTokens {
  /** JSON Web Token for the header `Authorization: Bearer …`. */
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** Seconds. */
  readonly refreshExpiresIn: number;
  /** Null where it is delivered as a cookie. */
  readonly refreshToken: string | null;
  /** Always `bearer`. */
  readonly tokenType: string;
}

/** A change of email address by its owner. */
export interface ChangeEmailInput {
  /** The current password. */
  readonly currentPassword: string;
  /** At most 255 characters. */
  readonly newEmail: string;
}

/** A change of password by its owner. */
export interface ChangePasswordInput {
  /** The password as it is. */
  readonly currentPassword: string;
  /** The password as it shall be; the rule of registration holds. */
  readonly newPassword: string;
}

/** What an account holds. */
export interface CreditBalance {
  /** Never below zero. */
  readonly balance: Decimal;
  /** When it last changed. */
  readonly updatedAt: DateTime;
  /** Whose account it is. */
  readonly userId: string;
}

/** An entry that was booked on the caller’s account. */
export interface CreditEvent {
  /** What `since` takes. Opaque. */
  readonly id: string;
  /** The entry. */
  readonly transaction: CreditTransaction;
}

/** What to book. */
export interface CreditInput {
  /** Above 0, at most 9999999999.99, with at most two decimals; a string or a number. */
  readonly amount: Decimal;
  /** Words for people; at most 1000 characters. */
  readonly description?: string | null | undefined;
  /** Makes a retry safe: the same key with the same request gives the first answer and books nothing. 1 to 255 characters; it belongs to the account and the operation. */
  readonly idempotencyKey?: string | null | undefined;
  /** The client's own name for what is booked, an order for example; at most 100 characters. */
  readonly referenceId?: string | null | undefined;
  /** Administrators only; default: the caller. */
  readonly userId?: string | null | undefined;
}

/** One entry of the ledger; it never changes. */
export interface CreditTransaction {
  /** Always above zero; `type` says which way it went. */
  readonly amount: Decimal;
  /** When it was booked. */
  readonly createdAt: DateTime;
  /** Words for people. */
  readonly description: string | null;
  /** Opaque; REST shows the number behind it. */
  readonly id: string;
  /** What the account held after it. */
  readonly newBalance: Decimal;
  /** The client's own name for what was booked. */
  readonly referenceId: string | null;
  /** Which way the credits went. */
  readonly type: CreditTransactionType;
  /** Whose account it is. */
  readonly userId: string;
}

/** One page of the caller's entries, the newest first. */
export interface CreditTransactionConnection {
  /** The entries of this page. */
  readonly edges: readonly CreditTransactionEdge[];
  /** Where this page lies. */
  readonly pageInfo: PageInfo;
  /** Entries in all. It is counted anew for each query that selects it. */
  readonly totalCount: number;
}

/** A place in a list of entries, and what is there. */
export interface CreditTransactionEdge {
  /** What `after` and `before` take to go on from here. */
  readonly cursor: string;
  /** The entry. */
  readonly node: CreditTransaction;
}

/** Which way credits went. */
export type CreditTransactionType =
  /** Onto the account. */
  | 'CREDIT_ADDED'
  /** Off the account. */
  | 'CREDIT_USED';

/** RFC 3339 timestamp in UTC. */
export type DateTime = string;

/** Exact decimal as a string, two places. */
export type Decimal = string;

/** What `extensions.code` of an error can be. */
export type ErrorCode =
  /** The password is right, but the account is disabled. HTTP status: 401. */
  | 'ACCOUNT_DISABLED'
  /** Malformed JSON or GraphQL, or a document that does not fit the schema. HTTP status: 400. */
  | 'BAD_REQUEST'
  /** A database failure that is no outage. HTTP status: 500. */
  | 'DATABASE_ERROR'
  /** The password is right, but the email address still has to be verified. HTTP status: 401. */
  | 'EMAIL_NOT_VERIFIED'
  /** The caller is authenticated, but not allowed to do this. HTTP status: 403. */
  | 'FORBIDDEN'
  /** The same idempotency key came with another request. HTTP status: 409. */
  | 'IDEMPOTENCY_CONFLICT'
  /** The balance does not cover the amount. HTTP status: 400. */
  | 'INSUFFICIENT_CREDITS'
  /** Everything unforeseen. HTTP status: 500. */
  | 'INTERNAL_ERROR'
  /** Wrong identifier or password: one message and one duration for both. HTTP status: 401. */
  | 'INVALID_CREDENTIALS'
  /** A value breaks a rule; `details` names the field and the rule. HTTP status: 422. */
  | 'INVALID_INPUT'
  /** A password reset token is wrong, used or expired. HTTP status: 400. */
  | 'INVALID_RESET_TOKEN'
  /** A token is malformed, tampered with, revoked, reused or of the wrong kind. HTTP status: 401. */
  | 'INVALID_TOKEN'
  /** A verification code is wrong, used, expired or was tried too often. HTTP status: 400. */
  | 'INVALID_VERIFICATION_CODE'
  /** The path exists, but not for this method; the `Allow` header lists those it takes. HTTP status: 405. */
  | 'METHOD_NOT_ALLOWED'
  /** There is nothing at this path. HTTP status: 404. */
  | 'NOT_FOUND'
  /** The request body exceeds the limit. HTTP status: 413. */
  | 'PAYLOAD_TOO_LARGE'
  /** The document exceeds a limit on depth, aliases, root fields or tokens. HTTP status: 400. */
  | 'QUERY_TOO_COMPLEX'
  /** Too many requests; try again after `retry_after` seconds. HTTP status: 429. */
  | 'RATE_LIMITED'
  /** The database is out of reach or the server is at its limit; try again after `retry_after` seconds. HTTP status: 503. */
  | 'SERVICE_UNAVAILABLE'
  /** An access or refresh token is past its time. HTTP status: 401. */
  | 'TOKEN_EXPIRED'
  /** No access token was sent with a request that needs one. HTTP status: 401. */
  | 'UNAUTHENTICATED'
  /** The request body has a media type that this route does not take. HTTP status: 415. */
  | 'UNSUPPORTED_MEDIA_TYPE'
  /** The email address or the username is taken. HTTP status: 409. */
  | 'USER_ALREADY_EXISTS'
  /** There is no such user. HTTP status: 404. */
  | 'USER_NOT_FOUND';

/** One kind of error that a client can meet. */
export interface ErrorDescription {
  /** What `extensions.code` says. */
  readonly code: ErrorCode;
  /** When it occurs. */
  readonly description: string;
  /** What `extensions.error` says. */
  readonly exception: string;
  /** What `extensions.http_status` says, and the status REST clients get. */
  readonly httpStatus: number;
}

/** Whether the service works; `/health` tells more. */
export interface Health {
  /** `healthy` or `unhealthy`. */
  readonly status: string;
  /** Seconds since the start. */
  readonly uptimeSeconds: number;
  /** The version that runs. */
  readonly version: string;
}

/** Who signs in. */
export interface LoginInput {
  /** Email address or username. */
  readonly identifier: string;
  /** The password. */
  readonly password: string;
}

/** What has an id that no other object has; `node` finds it again. */
export type Node =
  | (CreditTransaction & { readonly __typename: 'CreditTransaction' })
  | (Session & { readonly __typename: 'Session' })
  | (User & { readonly __typename: 'User' });

/** Where a page lies in its list. */
export interface PageInfo {
  /** The cursor of the last edge; null on an empty page. */
  readonly endCursor: string | null;
  /** Whether there is more after `endCursor`. */
  readonly hasNextPage: boolean;
  /** Whether there is more before `startCursor`. */
  readonly hasPreviousPage: boolean;
  /** The cursor of the first edge; null on an empty page. */
  readonly startCursor: string | null;
}

/** A new account. */
export interface RegisterInput {
  /** At most 255 characters. */
  readonly email: string;
  /** At most 100 characters. */
  readonly firstName?: string | null | undefined;
  /** At most 100 characters. */
  readonly lastName?: string | null | undefined;
  /** By default at least 8 characters with an uppercase and a lowercase letter, a digit and a special character (`PASSWORD_MIN_LENGTH` and the like); at most 72 bytes in UTF-8. */
  readonly password: string;
  /** 3 to 50 letters, digits, ".", "_" or "-". */
  readonly username?: string | null | undefined;
}

/** A new account and what it has to do next. */
export interface RegisterPayload {
  /** What the new account has to do before it can sign in. */
  readonly nextStep: RegistrationStep;
  /** Null until the email is verified, where that is required. */
  readonly tokens: AuthTokens | null;
  /** The new account. */
  readonly user: User;
}

/** What a new account has to do before it can sign in. */
export type RegistrationStep =
  /** Nothing: the account is signed in. */
  | 'NONE'
  /** Enter the code from the mail with `verifyEmail`. */
  | 'VERIFY_EMAIL';

/** A new password for somebody who has forgotten the old one. */
export interface ResetPasswordInput {
  /** The password as it shall be; the rule of registration holds. */
  readonly newPassword: string;
  /** The token of the link in the mail. */
  readonly token: string;
}

/** What an account may do. */
export type Role =
  /** May look up other accounts and book credits for them. */
  | 'ADMIN'
  /** Like USER; a mark for applications behind the gateway. */
  | 'MODERATOR'
  /** Its own account only. */
  | 'USER';

/** One sign-in on one device. */
export interface Session {
  /** When it was opened. */
  readonly createdAt: DateTime;
  /** When it ends unless it is refreshed before; never later than `SESSION_MAX_DAYS` after it was opened. */
  readonly expiresAt: DateTime;
  /** Opaque; what `revokeSession` takes. */
  readonly id: string;
  /** The address it was opened from. */
  readonly ipAddress: string | null;
  /** True for the session of this request. */
  readonly isCurrent: boolean;
  /** When its tokens were last issued: at sign-in or at the latest refresh, to the hour where access tokens renew themselves. */
  readonly lastUsedAt: DateTime;
  /** The program it was opened with. */
  readonly userAgent: string | null;
}

/** Something that happened to one of the caller’s sessions. */
export interface SessionEvent {
  /** When it happened. */
  readonly at: DateTime;
  /** What `since` takes. Opaque; an event that comes twice has the same one. */
  readonly id: string;
  /** What happened. */
  readonly kind: SessionEventKind;
  /** The session as it is now, which may be later than `at`. */
  readonly session: Session;
}

/** What happened to a session. */
export type SessionEventKind =
  /** It was signed out or revoked, or its time was over. */
  | 'ENDED'
  /** Somebody signed in. */
  | 'OPENED'
  /** Its refresh token was exchanged for the next one. */
  | 'REFRESHED';

/** An absent field stays as it is, null clears it. */
export interface UpdateProfileInput {
  /** At most 100 characters. */
  readonly firstName?: string | null | undefined;
  /** At most 100 characters. */
  readonly fullName?: string | null | undefined;
  /** At most 100 characters. */
  readonly lastName?: string | null | undefined;
  /** 3 to 50 letters, digits, ".", "_" or "-". */
  readonly username?: string | null | undefined;
}

/** An account, as its owner and administrators see it. */
export interface User {
  /** When the account was made. */
  readonly createdAt: DateTime;
  /** Unique without regard to case. */
  readonly email: string | null;
  /** Given name. */
  readonly firstName: string | null;
  /** The whole name, as its owner writes it. */
  readonly fullName: string | null;
  /** An integer, the same in every protocol. */
  readonly id: string;
  /** False for a disabled account: it cannot sign in. */
  readonly isActive: boolean;
  /** The same as `role: ADMIN`. */
  readonly isAdmin: boolean;
  /** Whether the owner has proven to receive mail at `email`. */
  readonly isEmailVerified: boolean;
  /** When its owner last signed in. */
  readonly lastLoginAt: DateTime | null;
  /** Family name. */
  readonly lastName: string | null;
  /** Waiting for its confirmation. */
  readonly pendingEmail: string | null;
  /** What this account may do. */
  readonly role: Role;
  /** When the profile, the email address or the password last changed. */
  readonly updatedAt: DateTime;
  /** Unique without regard to case. */
  readonly username: string | null;
}

/** Proof of access to the mailbox of an account. */
export interface VerifyEmailInput {
  /** The six digits from the mail, or the token of the link in it. */
  readonly code: string;
  /** The account, as `register` answered it. */
  readonly userId: string;
}

/** Every value of ErrorCode. */
export const errorCodes: readonly ErrorCode[] = [
  'ACCOUNT_DISABLED',
  'BAD_REQUEST',
  'DATABASE_ERROR',
  'EMAIL_NOT_VERIFIED',
  'FORBIDDEN',
  'IDEMPOTENCY_CONFLICT',
  'INSUFFICIENT_CREDITS',
  'INTERNAL_ERROR',
  'INVALID_CREDENTIALS',
  'INVALID_INPUT',
  'INVALID_RESET_TOKEN',
  'INVALID_TOKEN',
  'INVALID_VERIFICATION_CODE',
  'METHOD_NOT_ALLOWED',
  'NOT_FOUND',
  'PAYLOAD_TOO_LARGE',
  'QUERY_TOO_COMPLEX',
  'RATE_LIMITED',
  'SERVICE_UNAVAILABLE',
  'TOKEN_EXPIRED',
  'UNAUTHENTICATED',
  'UNSUPPORTED_MEDIA_TYPE',
  'USER_ALREADY_EXISTS',
  'USER_NOT_FOUND',
];

/** Each field of Query and Mutation as a method: its arguments in, all it can answer out. */
export interface Operations {
  /** The caller's balance; 0.00 before the first booking. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  creditBalance(): Promise<CreditBalance>;
  /** The caller's entries, the newest first. Any page costs the same. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`, `INVALID_INPUT`. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  creditTransactions(variables?: {
    /** A cursor: only entries after it, the older ones. */
    readonly after?: string | null | undefined;
    /** A cursor: only entries before it, the newer ones. */
    readonly before?: string | null | undefined;
    /** So many entries, the newest of those asked for: 1 to 200; 50 where `last` is absent too. */
    readonly first?: number | null | undefined;
    /** So many entries, the oldest of those asked for: 1 to 200; not together with `first`. */
    readonly last?: number | null | undefined;
  }): Promise<CreditTransactionConnection>;
  /** Every error code a client can meet, for generated clients and for docs. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  errorCatalog(): Promise<readonly ErrorDescription[]>;
  /** Whether the service works. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  health(): Promise<Health>;
  /** The caller. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  me(): Promise<User>;
  /** The caller's live sessions, the latest used first. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  mySessions(): Promise<readonly Session[]>;
  /** The object with this id, if the caller may see it; null for what is not there and for what is another's alike. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  node(variables: {
    /** The `id` of any object. */
    readonly id: string;
  }): Promise<Node | null>;
  /** Oneself, or anyone for an administrator. Exactly one argument, else INVALID_INPUT; others than oneself: FORBIDDEN, known or not. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`, `INVALID_INPUT`, `FORBIDDEN`, `USER_NOT_FOUND`. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  user(variables?: {
    /** The id of a user. */
    readonly id?: string | null | undefined;
    /** The username of a user. */
    readonly username?: string | null | undefined;
  }): Promise<User>;
  /** Books credits onto an account; CREDITS_ADD_POLICY says who may. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`, `INVALID_INPUT`, `FORBIDDEN`, `USER_NOT_FOUND`, `IDEMPOTENCY_CONFLICT`. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  addCredits(variables: {
    /** What to book. */
    readonly input: CreditInput;
  }): Promise<CreditTransaction>;
  /** Changes the email address at once, or, where verification is required, once the link in the mail to the new one was followed. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`, `INVALID_INPUT`, `INVALID_CREDENTIALS`, `ACCOUNT_DISABLED`, `USER_ALREADY_EXISTS`. Rate limit: `RATE_LIMIT_GRAPHQL_LOGIN`, by address. */
  changeEmail(variables: {
    /** The new address and the password. */
    readonly input: ChangeEmailInput;
  }): Promise<User>;
  /** Ends every other session of the caller and keeps this one. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`, `INVALID_INPUT`, `INVALID_CREDENTIALS`, `ACCOUNT_DISABLED`. Rate limit: `RATE_LIMIT_GRAPHQL_LOGIN`, by address. */
  changePassword(variables: {
    /** The old and the new password. */
    readonly input: ChangePasswordInput;
  }): Promise<boolean>;
  /** Deletes the caller with everything that belongs to the account. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`, `INVALID_CREDENTIALS`, `ACCOUNT_DISABLED`. Rate limit: `RATE_LIMIT_GRAPHQL_LOGIN`, by address. */
  deleteAccount(variables: {
    /** The current password. */
    readonly password: string;
  }): Promise<boolean>;
  /** Signs in with an email address or a username. Errors: `INVALID_INPUT`, `INVALID_CREDENTIALS`, `ACCOUNT_DISABLED`, `EMAIL_NOT_VERIFIED`. Rate limit: `RATE_LIMIT_GRAPHQL_LOGIN`, by address. */
  login(variables: {
    /** Who signs in. */
    readonly input: LoginInput;
  }): Promise<AuthPayload>;
  /** Ends the session of this request; its tokens stop working at once. Where refresh tokens are cookies, one will do without an access token that works. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`, `FORBIDDEN`. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  logout(): Promise<boolean>;
  /** Ends every session of the caller; returns how many. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  logoutAll(): Promise<number>;
  /** Rotates: the refresh token given is spent. Without an argument the HttpOnly cookie is read. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`, `FORBIDDEN`. Rate limit: `RATE_LIMIT_GRAPHQL_REFRESH`, by address. */
  refresh(variables?: {
    /** The latest refresh token of the session. */
    readonly refreshToken?: string | null | undefined;
  }): Promise<AuthPayload>;
  /** Creates an account and signs it in, or sends it a verification code where that is required first. Errors: `INVALID_INPUT`, `USER_ALREADY_EXISTS`. Rate limit: `RATE_LIMIT_GRAPHQL_REGISTER`, by address. */
  register(variables: {
    /** The new account. */
    readonly input: RegisterInput;
  }): Promise<RegisterPayload>;
  /** Sends a link for a new password. Always true, whether anybody has this address or not. Errors: `INVALID_INPUT`. Rate limit: `RATE_LIMIT_GRAPHQL_FORGOT`, by address. */
  requestPasswordReset(variables: {
    /** The address of the account. */
    readonly email: string;
  }): Promise<boolean>;
  /** Sends a new code, and the old one dies. Always true, whether anybody has this address or not. Errors: `INVALID_INPUT`. Rate limit: `RATE_LIMIT_GRAPHQL_RESEND`, by account and address. */
  resendVerification(variables: {
    /** The address to verify. */
    readonly email: string;
  }): Promise<boolean>;
  /** Sets a new password by the token from the mail, and ends every session of the account. Errors: `INVALID_INPUT`, `INVALID_RESET_TOKEN`. Rate limit: `RATE_LIMIT_GRAPHQL_RESET`, by address. */
  resetPassword(variables: {
    /** The token and the new password. */
    readonly input: ResetPasswordInput;
  }): Promise<boolean>;
  /** Ends one session of the caller; false when the caller has no such live session. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`, `INVALID_INPUT`. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  revokeSession(variables: {
    /** The id of a session, from `mySessions`. */
    readonly id: string;
  }): Promise<boolean>;
  /** Changes the caller's names. An absent field stays, null clears it. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`, `INVALID_INPUT`, `USER_ALREADY_EXISTS`. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  updateProfile(variables: {
    /** What changes. */
    readonly input: UpdateProfileInput;
  }): Promise<User>;
  /** Books credits off an account; INSUFFICIENT_CREDITS when it holds less. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`, `INVALID_INPUT`, `FORBIDDEN`, `USER_NOT_FOUND`, `IDEMPOTENCY_CONFLICT`, `INSUFFICIENT_CREDITS`. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  useCredits(variables: {
    /** What to book. */
    readonly input: CreditInput;
  }): Promise<CreditTransaction>;
  /** Verifies the email address of an account by the code from the mail, or by the token of the link in it. Five wrong codes kill the code, not the link. Errors: `INVALID_INPUT`, `INVALID_VERIFICATION_CODE`. Rate limit: `RATE_LIMIT_GRAPHQL_VERIFY`, by address. */
  verifyEmail(variables: {
    /** The account and its code. */
    readonly input: VerifyEmailInput;
  }): Promise<User>;
}

/** What selects everything of one root field. */
export const documents: Readonly<Record<keyof Operations, string>> = {
  creditBalance: 'query creditBalance{creditBalance{balance updatedAt userId}}',
  creditTransactions: 'query creditTransactions($after:String $before:String $first:Int $last:Int){creditTransactions(after:$after before:$before first:$first last:$last){edges{cursor node{amount createdAt description id newBalance referenceId type userId}} pageInfo{endCursor hasNextPage hasPreviousPage startCursor} totalCount}}',
  errorCatalog: 'query errorCatalog{errorCatalog{code description exception httpStatus}}',
  health: 'query health{health{status uptimeSeconds version}}',
  me: 'query me{me{createdAt email firstName fullName id isActive isAdmin isEmailVerified lastLoginAt lastName pendingEmail role updatedAt username}}',
  mySessions: 'query mySessions{mySessions{createdAt expiresAt id ipAddress isCurrent lastUsedAt userAgent}}',
  node: 'query node($id:ID!){node(id:$id){__typename ...on CreditTransaction{amount createdAt description id newBalance referenceId type userId} ...on Session{createdAt expiresAt id ipAddress isCurrent lastUsedAt userAgent} ...on User{createdAt email firstName fullName id isActive isAdmin isEmailVerified lastLoginAt lastName pendingEmail role updatedAt username}}}',
  user: 'query user($id:ID $username:String){user(id:$id username:$username){createdAt email firstName fullName id isActive isAdmin isEmailVerified lastLoginAt lastName pendingEmail role updatedAt username}}',
  addCredits: 'mutation addCredits($input:CreditInput!){addCredits(input:$input){amount createdAt description id newBalance referenceId type userId}}',
  changeEmail: 'mutation changeEmail($input:ChangeEmailInput!){changeEmail(input:$input){createdAt email firstName fullName id isActive isAdmin isEmailVerified lastLoginAt lastName pendingEmail role updatedAt username}}',
  changePassword: 'mutation changePassword($input:ChangePasswordInput!){changePassword(input:$input)}',
  deleteAccount: 'mutation deleteAccount($password:String!){deleteAccount(password:$password)}',
  login: 'mutation login($input:LoginInput!){login(input:$input){tokens{accessToken expiresIn refreshExpiresIn refreshToken tokenType} user{createdAt email firstName fullName id isActive isAdmin isEmailVerified lastLoginAt lastName pendingEmail role updatedAt username}}}',
  logout: 'mutation logout{logout}',
  logoutAll: 'mutation logoutAll{logoutAll}',
  refresh: 'mutation refresh($refreshToken:String){refresh(refreshToken:$refreshToken){tokens{accessToken expiresIn refreshExpiresIn refreshToken tokenType} user{createdAt email firstName fullName id isActive isAdmin isEmailVerified lastLoginAt lastName pendingEmail role updatedAt username}}}',
  register: 'mutation register($input:RegisterInput!){register(input:$input){nextStep tokens{accessToken expiresIn refreshExpiresIn refreshToken tokenType} user{createdAt email firstName fullName id isActive isAdmin isEmailVerified lastLoginAt lastName pendingEmail role updatedAt username}}}',
  requestPasswordReset: 'mutation requestPasswordReset($email:String!){requestPasswordReset(email:$email)}',
  resendVerification: 'mutation resendVerification($email:String!){resendVerification(email:$email)}',
  resetPassword: 'mutation resetPassword($input:ResetPasswordInput!){resetPassword(input:$input)}',
  revokeSession: 'mutation revokeSession($id:ID!){revokeSession(id:$id)}',
  updateProfile: 'mutation updateProfile($input:UpdateProfileInput!){updateProfile(input:$input){createdAt email firstName fullName id isActive isAdmin isEmailVerified lastLoginAt lastName pendingEmail role updatedAt username}}',
  useCredits: 'mutation useCredits($input:CreditInput!){useCredits(input:$input){amount createdAt description id newBalance referenceId type userId}}',
  verifyEmail: 'mutation verifyEmail($input:VerifyEmailInput!){verifyEmail(input:$input){createdAt email firstName fullName id isActive isAdmin isEmailVerified lastLoginAt lastName pendingEmail role updatedAt username}}',
};

/** Each field of Subscription: what it takes and what it tells. */
export interface Subscriptions {
  /** What is booked on the caller's account from now on, or `since` an event: each entry once, in the order of the ledger. The connection closes (4403) when the caller's own session ends. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`, `INVALID_INPUT`. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  creditEvents: { variables: {
    /** The `id` of an event: those after it come first, however long ago it was. */
    readonly since?: string | null | undefined;
  }; event: CreditEvent };
  /** What happens to the caller's sessions from now on, or `since` an event. The connection closes (4403) when the caller's own session ends. Errors: `UNAUTHENTICATED`, `TOKEN_EXPIRED`, `INVALID_TOKEN`, `INVALID_INPUT`. Rate limit: `RATE_LIMIT_GRAPHQL_OTHER`, by address. */
  sessionEvents: { variables: {
    /** The `id` of an event: those after it come first, and those of the last seconds before it may come again. They are kept as long as their session, which is a day after its end. */
    readonly since?: string | null | undefined;
  }; event: SessionEvent };
}

export const subscriptionDocuments: Readonly<Record<keyof Subscriptions, string>> = {
  creditEvents: 'subscription creditEvents($since:ID){creditEvents(since:$since){id transaction{amount createdAt description id newBalance referenceId type userId}}}',
  sessionEvents: 'subscription sessionEvents($since:ID){sessionEvents(since:$since){at id kind session{createdAt expiresAt id ipAddress isCurrent lastUsedAt userAgent}}}',
};
