import { ApolloProvider } from '@apollo/client/react';
import { StrictMode, useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { Account } from './account';
import { apollo, gateway } from './gateway';
import { SignIn } from './sign-in';
import './style.css';

function App(): ReactNode {
  const state = useSyncExternalStore(gateway.onChange, () => gateway.state);
  useEffect(() => {
    gateway.restore().catch(() => undefined);
  }, []);
  return (
    <main>
      <h1>Gateway example</h1>
      {state === 'unknown' && <p>One moment …</p>}
      {state === 'signed-out' && <SignIn />}
      {state === 'signed-in' && <Account />}
    </main>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <ApolloProvider client={apollo}>
        <App />
      </ApolloProvider>
    </StrictMode>,
  );
}
