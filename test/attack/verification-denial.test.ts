import { resend, verificationIn, verify } from '../support/account-flows';
import { codesOf, count, LIMITED, repeat } from '../support/attacks';
import { givenUser } from '../support/people';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const app = useApp(LIMITED);

function tryCode(userId: string, code: string, from: string): Promise<GraphQLAnswer> {
  return app.graphql(
    'mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { id } }',
    { input: { userId, code } },
    { headers: { 'x-forwarded-for': from } },
  );
}

function resendFrom(email: string, from: string): Promise<GraphQLAnswer> {
  return app.graphql(
    'mutation ($email: String!) { resendVerification(email: $email) }',
    { email },
    { headers: { 'x-forwarded-for': from } },
  );
}

describe('a stranger who tries codes', () => {
  it('should not try them on one account after the other', async () => {
    const answers = await repeat(400, (index) => tryCode(String(1_000_000 + index), '000000', '192.0.2.7'));
    expect(count(codesOf(answers), 'RATE_LIMITED')).toBe(390);
  });

  it('should kill the code, and neither the link in the mail nor its owner’s tries', async () => {
    const { id, email } = await givenUser(app);
    await resend(app, email);
    const { code, token } = await verificationIn(app, email);
    const wrong = code === '000000' ? '000001' : '000000';
    await repeat(30, (index) => tryCode(id, wrong, `198.51.100.${index}`));
    expect(await verify(app, id, token)).toBeNull();
  });
});

describe('a stranger who has codes sent', () => {
  it('should not use up what the owner may ask for', async () => {
    const { email } = await givenUser(app);
    const answers = await repeat(30, () => resendFrom(email, '192.0.2.8'));
    expect(count(codesOf(answers), 'RATE_LIMITED')).toBe(25);
    const [own] = codesOf([await resendFrom(email, '203.0.113.5')]);
    expect(own).toBe('OK');
  });

  it('should not have them sent to one account after the other', async () => {
    const answers = await repeat(40, (index) => resendFrom(`many${index}@example.com`, '192.0.2.9'));
    expect(count(codesOf(answers), 'RATE_LIMITED')).toBe(20);
  });
});
