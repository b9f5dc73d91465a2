/** What a browser has and a server may not; looked up when it is needed, so that one build serves both. */
interface Platform {
  readonly localStorage?: KeyValueStore;
  readonly navigator?: { readonly locks?: Locks };
  readonly BroadcastChannel?: new (name: string) => Channel;
  readonly WebSocket?: new (url: string, protocol: string) => Socket;
  readonly location?: { readonly href: string };
  readonly addEventListener?: (type: 'storage', listener: (event: StorageNews) => void) => void;
  readonly removeEventListener?: (type: 'storage', listener: (event: StorageNews) => void) => void;
}

/** The part of the Web Storage API that is used. */
export interface KeyValueStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface StorageNews {
  readonly key: string | null;
  readonly newValue: string | null;
}

interface Locks {
  request<T>(
    name: string,
    options: { readonly ifAvailable?: boolean },
    work: (lock: object | null) => Promise<T>,
  ): Promise<T>;
}

interface Channel {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export const platform = globalThis as unknown as Platform;

/** The localStorage that can be written; null on a server, and where the browser forbids it. */
export function writableLocalStorage(): KeyValueStore | null {
  const PROBE = 'gateway.probe';
  try {
    const store = platform.localStorage;
    store?.setItem(PROBE, '1');
    store?.removeItem(PROBE);
    return store ?? null;
  } catch {
    return null;
  }
}

/** An address that may be relative to the page. */
export function absolute(url: string): URL {
  return new URL(url, platform.location?.href);
}

export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
