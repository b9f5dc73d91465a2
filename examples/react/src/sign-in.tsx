import { useState, type ReactNode } from 'react';
import { Field, Form } from './form';
import { gateway } from './gateway';

/** Put in by vite.config.js. */
declare const GATEWAY_URL: string;

interface Pending {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
}

/** Registration, the code from the mail, and signing in. */
export function SignIn(): ReactNode {
  const [isNew, setNew] = useState(false);
  const [pending, setPending] = useState<Pending | null>(null);
  if (pending) return <Verify pending={pending} />;
  return (
    <section>
      <h2>{isNew ? 'Create an account' : 'Sign in'}</h2>
      {isNew ? <Register onPending={setPending} /> : <LogIn />}
      <button className="link" onClick={() => setNew(!isNew)}>
        {isNew ? 'I have an account' : 'I am new here'}
      </button>
    </section>
  );
}

function LogIn(): ReactNode {
  return (
    <Form
      key="log-in"
      button="Sign in"
      submit={({ identifier = '', password = '' }) => gateway.login({ input: { identifier, password } })}
    >
      {(problems) => (
        <>
          <Field
            label="Email address or username"
            name="identifier"
            autoComplete="username"
            problem={problems.identifier}
          />
          <Field
            label="Password"
            name="password"
            type="password"
            autoComplete="current-password"
            problem={problems.password}
          />
        </>
      )}
    </Form>
  );
}

function Register({ onPending }: { readonly onPending: (pending: Pending) => void }): ReactNode {
  async function register({ email = '', username, password = '' }: Readonly<Record<string, string>>) {
    const { user, nextStep } = await gateway.register({
      input: { email, password, username: username || null },
    });
    if (nextStep === 'VERIFY_EMAIL') onPending({ userId: user.id, email, password });
  }
  return (
    <Form key="register" button="Create the account" submit={register}>
      {(problems) => (
        <>
          <Field
            label="Email address"
            name="email"
            type="email"
            autoComplete="email"
            problem={problems.email}
          />
          <Field
            label="Username (optional)"
            name="username"
            autoComplete="username"
            problem={problems.username}
          />
          <Field
            label="Password"
            name="password"
            type="password"
            autoComplete="new-password"
            problem={problems.password}
          />
        </>
      )}
    </Form>
  );
}

function Verify({ pending: { userId, email, password } }: { readonly pending: Pending }): ReactNode {
  const [isSent, setSent] = useState(false);
  return (
    <section>
      <h2>Check your mail</h2>
      <p>
        We sent a code to <strong>{email}</strong>. In development it is in{' '}
        <a href={`${GATEWAY_URL}/dev/mailbox`} target="_blank" rel="noreferrer">
          the gateway’s mailbox
        </a>
        .
      </p>
      <Form
        button="Verify"
        submit={async ({ code = '' }) => {
          await gateway.verifyEmail({ input: { userId, code } });
          await gateway.login({ input: { identifier: email, password } });
        }}
      >
        {(problems) => (
          <Field
            label="Code"
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            problem={problems.code}
          />
        )}
      </Form>
      <button
        className="link"
        disabled={isSent}
        onClick={() => void gateway.resendVerification({ email }).then(() => setSent(true))}
      >
        {isSent ? 'A new code is on its way' : 'Send a new code'}
      </button>
    </section>
  );
}
