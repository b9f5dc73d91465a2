import { pause, platform, writableLocalStorage, type KeyValueStore, type StorageNews } from './platform.js';

/** How long a tab may hold the fallback's lock before others take it for closed: longer than a refresh may take. */
const LEASE_MS = 20_000;
/** Two tabs that write a lease at the same moment both see the last one after this. */
const SETTLE_MS = 50;

/** `hadToWait` is true when another tab held the lock first, and has probably done the work. */
type Work<T> = (hadToWait: boolean) => Promise<T>;

/** Runs the work in one tab at a time: by Web Locks, or where the page has none (no https) by a lease in localStorage. */
export async function oneTabAtATime<T>(name: string, work: Work<T>): Promise<T> {
  const locks = platform.navigator?.locks;
  if (!locks) {
    const store = writableLocalStorage();
    return store ? leased(store, `${name}.lock`, work) : work(false);
  }
  const attempt = await locks.request(name, { ifAvailable: true }, async (lock) =>
    lock ? { done: await work(false) } : null,
  );
  return attempt ? attempt.done : locks.request(name, {}, () => work(true));
}

async function leased<T>(store: KeyValueStore, key: string, work: Work<T>): Promise<T> {
  const owner = `${Date.now()}-${Math.random()}`;
  let hadToWait = false;
  const isMine = (): boolean => store.getItem(key)?.startsWith(owner) === true;
  while (!isMine()) {
    const until = Number(store.getItem(key)?.split(' ')[1] ?? 0);
    if (until < Date.now()) store.setItem(key, `${owner} ${Date.now() + LEASE_MS}`);
    else hadToWait = true;
    await pause(SETTLE_MS);
  }
  try {
    return await work(hadToWait);
  } finally {
    if (isMine()) store.removeItem(key);
  }
}

export interface TabChannel<Message> {
  post(message: Message): void;
  close(): void;
}

/** Messages to the other tabs: by BroadcastChannel, else by storage events, which carry only what `forStorage` leaves. */
export function openChannel<Message>(
  name: string,
  receive: (message: Message) => void,
  forStorage: (message: Message) => Message,
): TabChannel<Message> {
  if (platform.BroadcastChannel) {
    const channel = new platform.BroadcastChannel(name);
    channel.onmessage = ({ data }) => receive(data as Message);
    return { post: (message) => channel.postMessage(message), close: () => channel.close() };
  }
  const key = `${name}.news`;
  const listener = (news: StorageNews): void => {
    if (news.key === key && news.newValue !== null)
      receive((JSON.parse(news.newValue) as [number, Message])[1]);
  };
  platform.addEventListener?.('storage', listener);
  return {
    // The number makes each text another one: storing the same text again is no event.
    post: (message) =>
      writableLocalStorage()?.setItem(key, JSON.stringify([Math.random(), forStorage(message)])),
    close: () => platform.removeEventListener?.('storage', listener),
  };
}
