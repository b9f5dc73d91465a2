import { readOptions, usage, UsageError, type Options } from './options';
import { whatMoved } from './report/moved';
import {
  makeResults,
  readCommitted,
  saveAsCommitted,
  writeLatest,
  type Result,
  type Results,
} from './report/results';
import { table } from './report/table';
import { scenarios } from './scenarios';
import { separateCores } from './stage/machine';
import { Stage, type Settings } from './stage/stage';
import { runStudy, studies } from './studies';

/** How many people the database holds; all of them ask in turn. */
const CROWD = { count: 10_000, asking: 10_000 };

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.list) list();
  else if (options.committed) show(readCommitted());
  else if (options.study !== undefined) process.exitCode = await runStudy(options.study);
  else await measure(options);
}

function list(): void {
  say('Scenarios, each beside a baseline:');
  for (const { name, summary, only } of scenarios) {
    say(`  ${name.padEnd(20)} ${summary}${only === undefined ? '' : ` [${only} only]`}`);
  }
  say('Studies, each run alone:');
  for (const [name, { summary }] of Object.entries(studies)) say(`  ${name.padEnd(20)} ${summary}`);
}

async function measure(options: Options): Promise<void> {
  closeOnSignals();
  const settings = makeSettings(options);
  const results: Result[] = [];
  const databases: Results['databases'] = {};
  for (const target of options.targets) {
    const wanted = options.scenarios.filter(({ only }) => only === undefined || only === target.kind);
    if (wanted.length === 0) continue;
    const stage = await Stage.open(target, settings, CROWD);
    try {
      databases[target.kind] = stage.version;
      for (const scenario of wanted) {
        say(`${target.kind}: ${scenario.name} …`);
        const rows = await scenario.run(stage);
        const measuredAt = new Date().toISOString();
        const { rounds, seconds } = settings;
        results.push(...rows.map((row) => ({ database: target.kind, measuredAt, rounds, seconds, ...row })));
      }
    } finally {
      await stage.close();
    }
  }
  report(options, settings, results, databases);
}

function makeSettings({ seconds, rounds, nodeOptions, redisUrl }: Options): Settings {
  const cores = separateCores();
  if ('reason' in cores) {
    say(`Server and load generator share their cores, and the figures suffer: ${cores.reason}.`);
    return { seconds, rounds, nodeOptions, redisUrl, serverCores: undefined };
  }
  say(`Servers on core ${cores.server}, load generator on ${cores.load}.`);
  return { seconds, rounds, nodeOptions, redisUrl, serverCores: cores.server };
}

function report(
  { save }: Options,
  { serverCores }: Settings,
  measured: readonly Result[],
  databases: Results['databases'],
): void {
  const results = makeResults({ ownCores: serverCores !== undefined, databases, results: measured });
  show(results);
  const before = readCommitted();
  writeLatest(results);
  if (before) {
    const moved = whatMoved(results, before);
    say(
      `\nBeside the committed results (${before.commit}) ${moved.length || 'nothing'} moved by more than 10 %`,
    );
    for (const line of moved) say(`  ${line}`);
  }
  if (save) saveAsCommitted(results, before);
}

function show(results: Results | undefined): void {
  for (const [kind, version] of Object.entries(results?.databases ?? {})) {
    say(`\n${kind} ${version}, Node ${results?.machine.node ?? ''}, commit ${results?.commit ?? ''}\n`);
    say(table((results?.results ?? []).filter(({ database }) => database === kind)));
  }
}

function closeOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // Whatever was under way fails meanwhile, and is of no interest any more.
      void Stage.closeAll().finally(() => process.exit(1));
    });
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(error instanceof UsageError ? `${error.message}\n\n${usage}` : `${String(error)}\n`);
  if (error instanceof Error && !(error instanceof UsageError))
    process.stderr.write(`${error.stack ?? ''}\n`);
  process.exitCode = 1;
});
