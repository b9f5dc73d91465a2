interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** The tokens of one session. However many requests are refused at once, it is refreshed once. */
export class GatewaySession {
  #refreshing: Promise<boolean> | undefined;

  constructor(
    readonly url: string,
    private tokens: Tokens,
  ) {}

  get headers(): { authorization: string } {
    return { authorization: `Bearer ${this.tokens.accessToken}` };
  }

  /** False when the session has ended: the user has to sign in again. */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#rotate().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #rotate(): Promise<boolean> {
    const query =
      'mutation ($t: String!) { refresh(refreshToken: $t) { tokens { accessToken refreshToken } } }';
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { t: this.tokens.refreshToken } }),
    });
    const { data } = (await response.json()) as { data?: { refresh: { tokens: Tokens } } | null };
    if (data) this.tokens = data.refresh.tokens;
    return Boolean(data);
  }
}

export interface Refusable {
  readonly errors?: readonly { readonly extensions?: Record<string, unknown> }[];
}

/** What an expired, a revoked and a missing access token have in common. */
export function asksToReauthenticate({ errors = [] }: Refusable): boolean {
  return errors.some(({ extensions }) => extensions?.['reauthenticate'] === true);
}
