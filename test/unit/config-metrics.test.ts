import { ConfigurationError, loadConfig, type Config } from '../../src/config';

function load(env: NodeJS.ProcessEnv): Config {
  return loadConfig(env, () => 'generated');
}

it.each([
  ['METRICS_TOKEN', 'short'],
  ['METRICS_TOKEN', 'with a space'],
  ['METRICS_TOKEN', 'with-umläuts'],
  ['METRICS_PORT', '65536'],
])('should refuse %s=%s, and not repeat it', (name, text) => {
  expect(() => load({ [name]: text })).toThrow(ConfigurationError);
  expect(() => load({ [name]: text })).not.toThrow(text);
});

it('should refuse the same port for both, but for any free one', () => {
  expect(() => load({ METRICS_PORT: '4000' })).toThrow('METRICS_PORT must not be PORT');
  expect(load({ METRICS_PORT: '0', PORT: '0' }).metrics.port).toBe(0);
});
