import { loadConfig } from '../../src/config';
import { generated, production } from '../support/configuration';

describe('the format of the log', () => {
  const formatOf = (env: NodeJS.ProcessEnv, isTerminal: boolean): string =>
    loadConfig(env, () => generated, isTerminal).logging.format;

  it('should be for people on a terminal outside production, and JSON elsewhere', () => {
    expect(formatOf({}, true)).toBe('text');
    expect(formatOf({}, false)).toBe('json');
    expect(formatOf(production, true)).toBe('json');
    expect(formatOf({ LOG_FORMAT: 'json' }, true)).toBe('json');
    expect(formatOf({ JSON_LOGS: 'true' }, true)).toBe('json');
    expect(formatOf({ ...production, LOG_FORMAT: 'pretty' }, true)).toBe('text');
  });
});
