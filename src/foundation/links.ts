/** The links in mails. They come from the configuration alone: a forged Host header must not reach a mailbox. */
export class Links {
  /** @param baseUrl where the pages are, without a trailing slash */
  constructor(private readonly baseUrl: string) {}

  verifyEmail(userId: number, code: string): string {
    return this.#link('verify-email', { user: String(userId), code });
  }

  resetPassword(token: string): string {
    return this.#link('reset-password', { token });
  }

  confirmEmailChange(token: string): string {
    return this.#link('confirm-email-change', { token });
  }

  #link(page: string, query: Record<string, string>): string {
    return `${this.baseUrl}/${page}?${new URLSearchParams(query).toString()}`;
  }
}
