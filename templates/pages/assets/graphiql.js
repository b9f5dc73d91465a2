'use strict';
// Starts GraphiQL on the endpoint beside this page, wherever a proxy has put both.

const FIRST_QUERY = `# Register, and copy accessToken from the answer.
mutation Register {
  register(input: { email: "ada@example.com", password: "Correct-Horse-7", username: "ada" }) {
    user { id email }
    tokens { accessToken refreshToken expiresIn }
  }
}

# Then put this under Headers below: { "Authorization": "Bearer <accessToken>" }
query Me {
  me { id email username role createdAt }
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

const fetcher = GraphiQL.createFetcher({ url: new URL('graphql', document.baseURI).href });
ReactDOM.createRoot(root).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: FIRST_QUERY,
    defaultEditorToolsVisibility: 'headers',
    // What is typed there is a token.
    shouldPersistHeaders: false,
  }),
);
