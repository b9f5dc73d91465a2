/** Control characters, which terminals obey, and what turns text round or ends a line for whoever reads it. */
const OBEYED = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
const EACH = new RegExp(OBEYED, 'gu');

/** A key or a message, with what a terminal would obey written out: `\u009b`. */
export function printable(text: string): string {
  // Looking once is cheaper, and nearly every text is printable.
  return OBEYED.test(text) ? text.replace(EACH, escape) : text;
}

/** The same for a value; it may have lines and tabs, as a stack does, which both formats of the log write out themselves. */
export function printableValue(text: string): string {
  if (!OBEYED.test(text)) return text;
  return text.replace(EACH, (character) => (/[\n\t]/.test(character) ? character : escape(character)));
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
