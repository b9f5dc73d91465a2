import { useApp } from '../support/test-app';

const production = { NODE_ENV: 'production', BCRYPT_COST: '10' };

describe('in production', () => {
  const app = useApp({ ...production, CREDITS_ADD_POLICY: 'self' });

  it('should warn at the start that everybody may add credits', () => {
    expect(app.logLines.some((line) => line.includes('everybody_may_add_credits_in_production'))).toBe(true);
  });
});
