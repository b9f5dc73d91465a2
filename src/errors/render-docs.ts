import { errorCatalogue, errorCodes } from './catalogue';

const START = '<!-- errors: generated from src/errors/catalogue.ts by "npm run generate" -->';
const END = '<!-- /errors -->';

/** docs/errors.md with its table as the catalogue has it; the prose around it stays. */
export function renderErrorDocs(document: string): string {
  const start = document.indexOf(START);
  const end = document.indexOf(END);
  if (start < 0 || end < start) throw new Error('docs/errors.md has lost the marks around its table');
  return `${document.slice(0, start)}${START}\n\n${renderTable()}\n${document.slice(end)}`;
}

function renderTable(): string {
  const header = ['code', 'error', 'HTTP', 'message', 'when'];
  const rows = errorCodes.map((code) => {
    const { exception, httpStatus, message, description } = errorCatalogue[code];
    return [`\`${code}\``, `\`${exception}\``, String(httpStatus), message, description];
  });
  const table = [header, ...rows];
  const widths = header.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |\n`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [header, rule, ...rows].map(line).join('');
}
