// The whole life of an account, from its registration to its end: `node first-session.js [http://localhost:4000]`.
import { createGatewayClient, isGatewayError, problemsByField } from 'graphql-auth-client';

const server = process.argv[2] ?? 'http://localhost:4000';
const gateway = createGatewayClient({ url: `${server}/graphql` });
const email = `ada-${Date.now()}@example.com`;
const password = 'Correct-Horse-7';
const say = (...words) => console.log(...words);

gateway.onChange((change) => say('session:', change));

/** The code in the newest mail to the address; the mailbox of development is a page for people. */
async function codeFromMailbox() {
  for (let tries = 0; tries < 50; tries += 1) {
    const list = await (await fetch(`${server}/dev/mailbox`)).text();
    const mails = [...list.matchAll(/href="([^"]*mailbox\/[^"]+)"/g)].map(([, href]) => href);
    for (const href of mails) {
      const mail = await (await fetch(new URL(href, `${server}/dev/mailbox`))).text();
      const code = mail.includes(email) && /\b\d{6}\b/.exec(mail)?.[0];
      if (code) return code;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('no mail came');
}

try {
  await gateway.register({ input: { email: 'not an address', password: 'short' } });
} catch (error) {
  say('refused, field by field:', problemsByField(error));
}

const { user, nextStep } = await gateway.register({ input: { email, password } });
say('registered:', user.email, 'next step:', nextStep);
if (nextStep === 'VERIFY_EMAIL') {
  await gateway.verifyEmail({ input: { userId: user.id, code: await codeFromMailbox() } });
  await gateway.login({ input: { identifier: email, password } });
}

await gateway.addCredits({ input: { amount: '20.00', idempotencyKey: 'welcome' } });
try {
  await gateway.useCredits({ input: { amount: '30.00' } });
} catch (error) {
  if (!isGatewayError(error) || error.code !== 'INSUFFICIENT_CREDITS') throw error;
  say('too much:', error.message);
}
say('balance:', (await gateway.creditBalance()).balance);

await gateway.refresh();
for (const session of await gateway.mySessions()) say('session of', session.createdAt, session.userAgent);

await gateway.logout();
const refusal = await gateway.me().catch((error) => error.code);
say('after the logout:', refusal);

await gateway.login({ input: { identifier: email, password } });
say('deleted:', await gateway.deleteAccount({ password }));
