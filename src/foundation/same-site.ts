/** Under these, and the like of them, anybody can register a name: example.co.uk is a site, co.uk is none. */
const SECOND_LEVEL = /^(?:ac|co|com|edu|gov|gv|ne|net|or|org)\.[a-z]{2}$/;

/**
 * Whether browsers take two URLs for one site: the same scheme, and names under one that somebody can register. Their list
 * of such names is long and changes; this knows the usual ones, which will do for a warning and for nothing else.
 */
export function isSameSite(one: string, other: string): boolean {
  const [first, second] = [new URL(one), new URL(other)];
  return first.protocol === second.protocol && siteOf(first.hostname) === siteOf(second.hostname);
}

function siteOf(hostname: string): string {
  // Addresses and names like localhost stand for themselves.
  if (!/[a-z][^.]*$/i.test(hostname) || !hostname.includes('.') || hostname.startsWith('[')) return hostname;
  const labels = hostname.toLowerCase().split('.');
  const suffix = labels.slice(-2).join('.');
  return labels.slice(SECOND_LEVEL.test(suffix) ? -3 : -2).join('.');
}
