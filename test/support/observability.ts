import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export const OBSERVABILITY = path.join(__dirname, '..', '..', 'deploy', 'observability');

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}
interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

/** Every expression of the alert rules and the dashboards, with where it stands. */
export function observedExpressions(): [string, string][] {
  const rules = parse(readFileSync(path.join(OBSERVABILITY, 'alerts.yml'), 'utf8')) as Rules;
  const alerts = rules.groups.flatMap((group) =>
    group.rules.map(({ alert, expr }): [string, string] => [alert, expr]),
  );
  const directory = path.join(OBSERVABILITY, 'grafana');
  const panels = readdirSync(directory).flatMap((file) => {
    const { panels } = JSON.parse(readFileSync(path.join(directory, file), 'utf8')) as Dashboard;
    return panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }): [string, string] => [`${file}: ${title}`, expr]),
    );
  });
  return [...alerts, ...panels];
}

/** The metrics that an expression reads, by the names that the gateway gives them. */
export function metricsOf(expression: string): string[] {
  return [...expression.matchAll(/([a-z_\d]+)\{/g)].map(([, name = '']) =>
    name.replace(/_bucket$/, '').replace(/_duration_seconds_count$/, '_duration_seconds'),
  );
}
