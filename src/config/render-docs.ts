import type { Alias, Variable } from './variable';
import { namesOf, variables, variableSections, type VariableName } from './variables';

export const tableStart = '<!-- The table is generated from src/config: npm run generate -->';
export const tableEnd = '<!-- End of the generated table. -->';

/** `.env.example`: every variable with its default, so that a copy of it changes nothing. */
export function renderEnvExample(): string {
  const sections = sectionEntries().map(([title, names]) =>
    [`# ${title}`, ...names.flatMap((name) => ['', ...envLines(name)])].join('\n'),
  );
  const head = '# Copy to .env and change what you need; docs/configuration.md explains the rules.';
  return `${[head, ...sections].join('\n\n')}\n`;
}

/** Replaces the part of docs/configuration.md between the two marks. */
export function renderDocs(current: string): string {
  const start = current.indexOf(tableStart);
  const end = current.indexOf(tableEnd);
  if (start < 0 || end < start) throw new Error('docs/configuration.md has lost the marks around its table');
  return `${current.slice(0, start)}${tableStart}\n<!-- prettier-ignore-start -->\n\n${renderTables()}\n\n<!-- prettier-ignore-end -->\n${current.slice(end)}`;
}

function renderTables(): string {
  return sectionEntries()
    .map(([title, names]) =>
      [
        `### ${title}\n`,
        '| Variable (other names) | Default | Value | Meaning |',
        '| --- | --- | --- | --- |',
        ...names.map(tableRow),
      ].join('\n'),
    )
    .join('\n\n');
}

function sectionEntries(): [string, VariableName[]][] {
  return Object.entries(variableSections).map(([title, rows]) => [
    title,
    Object.keys(rows) as VariableName[],
  ]);
}

function envLines(name: VariableName): string[] {
  const variable = variables[name];
  const notes = [
    variable.description,
    ...(variable.defaultMeaning ? [`Not set: ${variable.defaultMeaning}.`] : []),
    ...(variable.aliases ? [`Also: ${aliasNames(variable.aliases)}.`] : []),
  ];
  const text = variable.default ?? '';
  return [`# ${notes.join(' ')}`, `${name}=${text.includes(' ') ? `"${text}"` : text}`];
}

function tableRow(name: VariableName): string {
  const variable: Variable = variables[name];
  const names = namesOf(name).map((alias) => `\`${alias.name}\``);
  const [own = '', ...others] = names;
  const cells = [
    others.length > 0 ? `${own} (${others.join(', ')})` : own,
    variable.default === undefined ? (variable.defaultMeaning ?? '') : `\`${variable.default}\``,
    `${variable.kind.rule}${variable.isSecret ? ' (secret)' : ''}`,
    variable.description,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function aliasNames(aliases: readonly Alias[]): string {
  return aliases.map(({ name }) => name).join(', ');
}
