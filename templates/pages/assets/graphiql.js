'use strict';
// Starts GraphiQL on the endpoint beside this page, wherever a proxy has put both.

// In lines that fit into half of a laptop's screen.
const FIRST_QUERY = `# Register, and copy accessToken.
mutation Register {
  register(input: {
    email: "ada@example.com"
    username: "ada"
    password: "Correct-Horse-7"
  }) {
    user { id email }
    tokens { accessToken refreshToken }
  }
}

# Put it under Headers, below:
# { "Authorization": "Bearer <token>" }
query Me {
  me { id email username role }
  mySessions { id userAgent isCurrent }
}

# Goes on until you stop it: run
# AddCredits in another tab meanwhile.
subscription Credits {
  creditEvents {
    id
    transaction { type amount newBalance }
  }
}

mutation AddCredits {
  addCredits(input: { amount: "10.50" }) {
    newBalance
  }
}

# An access token lasts an hour. Without
# the argument the HttpOnly cookie is
# read, where tokens are delivered so.
mutation Refresh {
  refresh(refreshToken: null) {
    tokens { accessToken }
  }
}
`;

const root = document.getElementById('graphiql');
// Its editors are named by the section round them, which not every screen reader says of a field.
new MutationObserver(() => {
  for (const field of root.querySelectorAll('.CodeMirror textarea:not([aria-label])')) {
    const section = field.closest('[aria-label]');
    field.setAttribute('aria-label', section ? section.getAttribute('aria-label') : 'Editor');
  }
}).observe(root, { childList: true, subtree: true });

const url = new URL('graphql', document.baseURI).href;
const runOnce = GraphiQL.createFetcher({ url });

function fetcher(params, options = {}) {
  return isSubscription(params, options) ? follow(params, options.headers) : runOnce(params, options);
}

function isSubscription({ operationName }, { documentAST }) {
  return Boolean(
    documentAST?.definitions.some(
      ({ operation, name }) =>
        operation === 'subscription' && (!operationName || name?.value === operationName),
    ),
  );
}

/** Server-sent events, for they take the headers as they are, and say why a subscription is refused. */
function follow(params, headers) {
  return {
    subscribe(sink) {
      const stopped = new AbortController();
      tell(params, headers, stopped.signal, (result) => sink.next(result)).then(
        () => sink.complete(),
        (error) => {
          if (!stopped.signal.aborted) sink.error(error);
        },
      );
      return { unsubscribe: () => stopped.abort() };
    },
  };
}

async function tell(params, headers, signal, onResult) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify(params),
    signal,
  });
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    onResult(await response.json());
    return;
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Error('The connection was lost. Run the subscription again.');
    const events = (text + value).split('\n\n');
    text = events.pop();
    for (const event of events) {
      if (event.startsWith('event: complete')) return;
      const data = /^data: (.+)$/m.exec(event);
      if (data) onResult(JSON.parse(data[1]));
    }
  }
}

const HISTORY_KEYS = ['graphiql:queries', 'graphiql:favorites'];

/** GraphiQL's own way to keep things, but for the headers of what was run: a token is among them. */
const storage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, text) => localStorage.setItem(key, HISTORY_KEYS.includes(key) ? withoutHeaders(text) : text),
  removeItem: (key) => localStorage.removeItem(key),
  get length() {
    return ownKeys().length;
  },
  clear: () => {
    for (const key of ownKeys()) localStorage.removeItem(key);
  },
};

function ownKeys() {
  return Object.keys(localStorage).filter((key) => key.startsWith('graphiql:'));
}

function withoutHeaders(text) {
  return JSON.stringify(JSON.parse(text), (name, value) => (name === 'headers' ? undefined : value));
}

// What was kept before with its headers.
for (const key of HISTORY_KEYS) {
  const kept = localStorage.getItem(key);
  try {
    if (kept !== null) storage.setItem(key, kept);
  } catch {
    // No JSON: nothing that GraphiQL could read either.
    localStorage.removeItem(key);
  }
}

ReactDOM.createRoot(root).render(
  React.createElement(GraphiQL, {
    fetcher,
    storage,
    defaultQuery: FIRST_QUERY,
    defaultEditorToolsVisibility: 'headers',
    // What is typed there is a token.
    shouldPersistHeaders: false,
  }),
);
