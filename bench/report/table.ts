import type { Figure, Row } from '../scenarios/measure';

const COLUMNS: readonly { readonly title: string; readonly of: Figure; readonly digits: number }[] = [
  { title: 'processor µs', of: 'cpuUs', digits: 0 },
  { title: 'a second', of: 'perSecond', digits: 0 },
  { title: 'p50 ms', of: 'p50Ms', digits: 1 },
  { title: 'p99 ms', of: 'p99Ms', digits: 1 },
  { title: 'MB', of: 'rssMb', digits: 0 },
  { title: 'start ms', of: 'startMs', digits: 0 },
];

const RATIO_OF: Readonly<Record<Figure, string>> = {
  cpuUs: 'processor',
  perSecond: 'a second',
  p50Ms: 'p50',
  p99Ms: 'p99',
  rssMb: 'MB',
  startMs: 'start',
};

/** In Markdown, and readable as it is. Each cell has the figure and, behind it, the one of what it is compared with. */
export function table(rows: readonly Row[]): string {
  const used = COLUMNS.filter(({ of }) => rows.some(({ figures }) => figures[of] !== undefined));
  const head = ['scenario', 'beside', ...used.map(({ title }) => title), 'ratio'];
  const body = rows.map((row) => [
    row.scenario,
    row.baseline?.name ?? '',
    ...used.map(({ of, digits }) => cell(row, of, digits)),
    row.ratio ? `${row.ratio.value.toFixed(2)} (${RATIO_OF[row.ratio.of]})` : '',
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...body.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function cell({ figures, baseline }: Row, of: Figure, digits: number): string {
  const [ours, theirs] = [figures[of], baseline?.figures[of]].map((value) =>
    value === undefined || Number.isNaN(value)
      ? ''
      : value.toFixed(value < 10 ? Math.max(digits, 1) : digits),
  );
  return theirs === '' ? (ours ?? '') : `${ours} / ${theirs}`;
}
