/*
 * What lets one name pose as another, after Unicode's technical standard 39. Whole names in another script that look like
 * one in ours (Cyrillic "а", Cherokee "Ꭺ" alone) are not told apart: that takes its tables of confusable characters.
 */

/** Characters without a shape, direction marks among them, and those that are nobody's or not assigned. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{C}\u2028\u2029]/u;

/** Scripts in modern everyday use (Unicode's annex 31, table 5). */
const SCRIPTS = [
  'Arabic',
  'Armenian',
  'Bengali',
  'Bopomofo',
  'Cyrillic',
  'Devanagari',
  'Ethiopic',
  'Georgian',
  'Greek',
  'Gujarati',
  'Gurmukhi',
  'Han',
  'Hangul',
  'Hebrew',
  'Hiragana',
  'Kannada',
  'Katakana',
  'Khmer',
  'Lao',
  'Latin',
  'Malayalam',
  'Myanmar',
  'Oriya',
  'Sinhala',
  'Tamil',
  'Telugu',
  'Thaana',
  'Thai',
  'Tibetan',
] as const;

/** How Japanese, Chinese and Koreans write; nobody takes their letters for Latin ones ("highly restrictive"). */
const WRITTEN_TOGETHER = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
] as const;

// By Script_Extensions: digits, punctuation and marks belong to every script that uses them.
const WRITINGS = [...SCRIPTS.map((script) => [script]), ...WRITTEN_TOGETHER].map((scripts) => {
  const extensions = ['Common', 'Inherited', ...scripts].map((script) => `\\p{Script_Extensions=${script}}`);
  return new RegExp(`^[${extensions.join('')}]*$`, 'u');
});
const EVERYDAY = new RegExp(`[${SCRIPTS.map((script) => `\\p{Script=${script}}`).join('')}]`, 'u');

/** True for text with characters that nobody sees. */
export function hasUnseenCharacters(text: string): boolean {
  return UNSEEN.test(text);
}

/** True for letters of scripts that are not written together. The rare scripts count as one, apart from all others. */
export function mixesScripts(text: string): boolean {
  return EVERYDAY.test(text) && !WRITINGS.some((writing) => writing.test(text));
}
