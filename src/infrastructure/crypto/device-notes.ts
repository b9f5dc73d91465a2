import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Keys } from './keys';

const NOTE = /^([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{43})$/;

/**
 * Notes that a browser keeps after signing in, and that prove for one account that it did. They sign nobody in: they only
 * tell the owner's device from strangers while an account is under attack.
 */
export class DeviceNotes {
  constructor(private readonly keys: Keys) {}

  issue(userId: number): string {
    const device = randomBytes(12).toString('base64url');
    const signature = sign(this.keys.current('device-note'), device, userId);
    return `${device}.${signature.toString('base64url')}`;
  }

  /** The device that a note was issued to for this account; undefined for anything else. */
  deviceOf(note: string | undefined, userId: number): string | undefined {
    const [, device, signature] = NOTE.exec(note ?? '') ?? [];
    if (device === undefined || signature === undefined) return undefined;
    const given = Buffer.from(signature, 'base64url');
    const isOurs = this.keys
      .all('device-note')
      .some((key) => timingSafeEqual(given, sign(key, device, userId)));
    return isOurs ? device : undefined;
  }
}

function sign(key: Buffer, device: string, userId: number): Buffer {
  return createHmac('sha256', key).update(`${device}.${userId}`).digest();
}
