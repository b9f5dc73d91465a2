const VARIABLE = /^Variable "\$\w+" got invalid value /;
// What graphql-js says after the value. Listed, because whatever else follows may hold a value too.
const VARIABLE_REASON = new RegExp(
  `(?: at "[\\w.[\\]]+")?; (?:${[
    'Expected non-nullable type "[^"]*" not to be null',
    'Field "\\w+" of required type "[^"]*" was not provided',
    'Field "\\w+" is not defined by type "\\w+"(?:\\. Did you mean [\\w", ]+\\?)?',
    'Expected type "\\w+" to be an object',
    '(?:\\w+|Enum "\\w+") cannot represent [a-z0-9 -]+',
  ].join('|')})(?=[:.]|$)`,
);

/**
 * A message of graphql-js without the values it quotes: one may be a password that ended up in the wrong place, and
 * messages are sent and logged.
 */
export function withoutValues(message: string): string {
  const [variable] = VARIABLE.exec(message) ?? [];
  if (variable !== undefined) return variable.trim() + (VARIABLE_REASON.exec(message)?.[0] ?? '');
  return message
    .replace(/^(.*? cannot represent [^:]*): .*$/s, '$1')
    .replace(/^(Expected value of type "[^"]*"), found .*$/s, '$1.')
    .replace(/^Value ".*" (does not exist in "\w+" enum).*$/s, 'Value $1.')
    .replace(/^(Argument "\w+" has invalid value) .*$/s, '$1.')
    .replace(/^(Syntax Error: .*?\b(?:String|BlockString|Int|Float)) ".*"\.$/s, '$1.');
}
