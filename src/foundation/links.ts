/** The links in mails. They come from the configuration alone: a forged Host header must not reach a mailbox. */
export class Links {
  /**
   * @param pagesUrl where the pages are, the gateway's own or a frontend's, without a trailing slash
   * @param gatewayUrl where the gateway is; it alone can confirm a change of email
   */
  constructor(
    private readonly pagesUrl: string,
    private readonly gatewayUrl: string,
  ) {}

  /** The page may use either: the code as people would type it, or the token, which no wrong tries can kill. */
  verifyEmail(userId: number, code: string, token: string): string {
    return link(this.pagesUrl, 'verify-email', { user: String(userId), code, token });
  }

  disownAccount(token: string): string {
    return link(this.gatewayUrl, 'disown-account', { token });
  }

  undoEmailChange(token: string): string {
    return link(this.gatewayUrl, 'undo-email-change', { token });
  }

  resetPassword(token: string): string {
    return link(this.pagesUrl, 'reset-password', { token });
  }

  confirmEmailChange(token: string): string {
    return link(this.gatewayUrl, 'confirm-email-change', { token });
  }
}

function link(base: string, page: string, query: Record<string, string>): string {
  return `${base}/${page}?${new URLSearchParams(query).toString()}`;
}
