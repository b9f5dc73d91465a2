import { metricsOf, observedExpressions } from '../support/observability';
import { useApp } from '../support/test-app';

const app = useApp();

it.each(observedExpressions())(
  'should read nothing but what the gateway tells: %s',
  async (_where, expression) => {
    const { text } = await app.request('/metrics');
    // Prometheus itself tells whether it got an answer.
    const told = new Set(['up', ...[...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)]);
    const read = metricsOf(expression);
    expect(read.length).toBeGreaterThan(0);
    expect(read.filter((name) => !told.has(name))).toEqual([]);
    expect(expression).toContain('job="gateway"');
  },
);
