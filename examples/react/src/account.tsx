import { useMutation, useQuery } from '@apollo/client/react';
import { useCallback, type ReactNode } from 'react';
import { shown } from './errors';
import { Field, Form } from './form';
import { gateway } from './gateway';
import {
  AccountDocument,
  AddCreditsDocument,
  CreditsDocument,
  RevokeSessionDocument,
  SessionsDocument,
  UseCreditsDocument,
  type CreditTransactionType,
} from './generated/operations';
import { useLive } from './live';

const SIGNS: Readonly<Record<CreditTransactionType, string>> = { CREDIT_ADDED: '+', CREDIT_USED: '−' };
const time = (text: string): string =>
  new Date(text).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });

/** A browser names those it is compatible with too, so the rarer names come first. */
const BROWSERS = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'];
const deviceOf = (userAgent: string | null): string =>
  BROWSERS.find((name) => userAgent?.includes(`${name}/`)) ?? userAgent ?? 'Unknown device';

export function Account(): ReactNode {
  const { data, error } = useQuery(AccountDocument);
  return (
    <>
      <header className="who">
        <p>
          {data ? (
            <>
              Signed in as <strong>{data.me.username ?? data.me.email}</strong>
            </>
          ) : (
            'One moment …'
          )}
        </p>
        <button onClick={() => void gateway.logout().catch(() => undefined)}>Sign out</button>
      </header>
      {error && <p role="alert">{shown(error).message}</p>}
      <div className="columns">
        <Credits />
        <Sessions />
      </div>
    </>
  );
}

function Credits(): ReactNode {
  const { data, refetch } = useQuery(CreditsDocument);
  const [add] = useMutation(AddCreditsDocument);
  const [use] = useMutation(UseCreditsDocument);
  const renew = useCallback(() => void refetch().catch(() => undefined), [refetch]);
  useLive('creditEvents', renew);
  return (
    <section>
      <h2>Credits</h2>
      <p className="balance" data-testid="balance">
        {data?.creditBalance.balance ?? '…'}
      </p>
      <Form
        button="Book"
        submit={async ({ amount = '', direction, description }) => {
          const input = { amount, description: description || null, idempotencyKey: crypto.randomUUID() };
          await (direction === 'use' ? use({ variables: { input } }) : add({ variables: { input } }));
          renew();
        }}
      >
        {(problems) => (
          <>
            <Field label="Amount" name="amount" inputMode="decimal" problem={problems.amount} />
            <Field label="What for" name="description" problem={problems.description} />
            <fieldset>
              <label>
                <input type="radio" name="direction" value="add" defaultChecked /> Add
              </label>
              <label>
                <input type="radio" name="direction" value="use" /> Use
              </label>
            </fieldset>
          </>
        )}
      </Form>
      <ul className="entries">
        {data?.creditTransactions.edges.map(({ node }) => (
          <li key={node.id}>
            <span>
              {node.description ?? 'No description'}
              <small>{time(node.createdAt)}</small>
            </span>
            <b className={node.type}>
              {SIGNS[node.type]}
              {node.amount}
            </b>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Sessions(): ReactNode {
  const { data, refetch } = useQuery(SessionsDocument);
  const [revoke, { error }] = useMutation(RevokeSessionDocument);
  const renew = useCallback(() => void refetch().catch(() => undefined), [refetch]);
  useLive('sessionEvents', renew);
  return (
    <section>
      <h2>Sessions</h2>
      {error && <p role="alert">{shown(error).message}</p>}
      <ul className="entries">
        {data?.mySessions.map(({ id, isCurrent, userAgent, ipAddress, lastUsedAt }) => (
          <li key={id}>
            <span>
              {deviceOf(userAgent)}
              <small>
                {ipAddress}, {time(lastUsedAt)}
              </small>
            </span>
            {isCurrent ? (
              <em>this one</em>
            ) : (
              <button onClick={() => void revoke({ variables: { id } }).then(renew, renew)}>End</button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
