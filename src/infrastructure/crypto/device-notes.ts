import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

const NOTE = /^([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{43})$/;

/**
 * Notes that a browser keeps after signing in, and that prove for one account that it did. They sign nobody in: they only
 * tell the owner's device from strangers while an account is under attack.
 */
export class DeviceNotes {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'device-note', 32));
  }

  issue(userId: number): string {
    const device = randomBytes(12).toString('base64url');
    return `${device}.${this.#sign(device, userId).toString('base64url')}`;
  }

  /** The device that a note was issued to for this account; undefined for anything else. */
  deviceOf(note: string | undefined, userId: number): string | undefined {
    const [, device, signature] = NOTE.exec(note ?? '') ?? [];
    if (device === undefined || signature === undefined) return undefined;
    const given = Buffer.from(signature, 'base64url');
    return timingSafeEqual(given, this.#sign(device, userId)) ? device : undefined;
  }

  #sign(device: string, userId: number): Buffer {
    return createHmac('sha256', this.#key).update(`${device}.${userId}`).digest();
  }
}
