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
// What stands under Headers goes with connection_init, too.
const fetcher = GraphiQL.createFetcher({ url, subscriptionUrl: url.replace(/^http/, 'ws') });
ReactDOM.createRoot(root).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: FIRST_QUERY,
    defaultEditorToolsVisibility: 'headers',
    // What is typed there is a token.
    shouldPersistHeaders: false,
  }),
);
