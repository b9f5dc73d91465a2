/** What `since` takes up from: the id of an event, opaque to clients, so that its form may change. */
export type EventType = 'SessionEvent' | 'CreditEvent';

export function eventId(type: EventType, place: string): string {
  return Buffer.from(`${type}:${place}`).toString('base64url');
}

/** What `eventId` was given; undefined for any other text. */
export function parseEventId(type: EventType, text: string): string | undefined {
  const decoded = Buffer.from(text, 'base64url').toString('latin1');
  if (!decoded.startsWith(`${type}:`)) return undefined;
  const place = decoded.slice(type.length + 1);
  return eventId(type, place) === text ? place : undefined;
}
