interface Sent {
  readonly type: string;
  readonly id?: string;
  readonly payload?: { readonly query: string; readonly variables: Readonly<Record<string, unknown>> };
}

/** The other end of the line is the test. */
export class ScriptedSocket {
  static opened: ScriptedSocket[] = [];
  static get last(): ScriptedSocket {
    return ScriptedSocket.opened.at(-1)!;
  }
  readonly sent: Sent[] = [];
  closedWith: number | undefined;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {
    ScriptedSocket.opened.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Sent);
  }
  close(code?: number): void {
    this.closedWith = code;
  }

  receive(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  acknowledge(since?: object): void {
    this.onopen?.();
    this.receive({ type: 'connection_ack', ...(since && { payload: { since } }) });
  }
  event(id: string, name: 'creditEvents' | 'sessionEvents', event: object | null): void {
    this.receive({ type: 'next', id, payload: { data: { [name]: event } } });
  }
  /** What was subscribed to, as field and position. */
  get subscribed(): readonly (readonly [string, unknown])[] {
    return this.sent
      .filter(({ type }) => type === 'subscribe')
      .map(({ payload }) => [/\w+/.exec(payload!.query.split('{')[1]!)![0], payload!.variables['since']]);
  }
}
