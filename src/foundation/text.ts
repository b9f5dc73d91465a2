// Control characters (C0, DEL, C1) break logs, terminals and mail headers; NUL breaks PostgreSQL too.
const CONTROL_CHARACTERS = /\p{Cc}/u;

/** True for text that can be stored, logged and sent back unchanged: no control characters, no lone surrogates. */
export function isCleanText(value: string): boolean {
  return value.isWellFormed() && !CONTROL_CHARACTERS.test(value);
}
