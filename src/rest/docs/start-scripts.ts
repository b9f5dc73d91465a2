/** Files of their own, because the pages allow no script within them. */
export const SWAGGER_START = `'use strict';
const darkness = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', darkness.matches);
darkness.addEventListener('change', follow);
follow();

// Swagger UI names some of its fields by their looks only.
const label = (selector, text) => {
  for (const element of document.querySelectorAll(selector + ':not([aria-label])')) element.setAttribute('aria-label', text);
};
new MutationObserver(() => {
  label('.servers select', 'Server');
  label('.auth-wrapper input', 'Value');
  label('.content-type', 'Content type');
  label('.body-param__text', 'Request body');
  label('.parameters-col_description input, .parameters-col_description select', 'Value of the parameter');
  label('.opblock-summary-control', 'Operation');
}).observe(document.getElementById('swagger-ui'), { childList: true, subtree: true });

SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  docExpansion: 'none',
  displayRequestDuration: true,
  validatorUrl: null,
});
`;

export const REDOC_START = `'use strict';
const darkness = matchMedia('(prefers-color-scheme: dark)');
// Its colours are made once, with the page.
darkness.addEventListener('change', () => location.reload());

const dark = {
  colors: {
    primary: { main: '#8ab4ff' },
    success: { main: '#6fd896' },
    error: { main: '#ff9d94' },
    text: { primary: '#e8ebf0', secondary: '#b6c0cd' },
    border: { dark: '#3b4452', light: '#2a313b' },
    gray: { 50: '#1f242c', 100: '#2a313b' },
  },
  schema: { nestedBackground: '#1f242c', linesColor: '#6b7686', typeNameColor: '#b6c0cd', typeTitleColor: '#b6c0cd' },
  typography: { code: { color: '#ffb4a8', backgroundColor: '#262c35' }, links: { color: '#8ab4ff', visited: '#8ab4ff', hover: '#b5d0ff' } },
  sidebar: { backgroundColor: '#1a1e24', textColor: '#e8ebf0', activeTextColor: '#8ab4ff' },
  rightPanel: { backgroundColor: '#101318' },
  fab: { backgroundColor: '#2a313b', color: '#8ab4ff' },
};
const fonts = { fontFamily: 'system-ui, sans-serif', headings: { fontFamily: 'system-ui, sans-serif' } };
const theme = darkness.matches ? { ...dark, typography: { ...dark.typography, ...fonts } } : { typography: fonts };
Redoc.init('/openapi.json', { hideLoading: true, theme }, document.getElementById('redoc'));
`;

const ground = `html {
  color-scheme: light dark;
  background: #ffffff;
}
body {
  margin: 0;
}
`;

export const SWAGGER_STYLE = `${ground}
html.dark-mode {
  background: #1c2022;
}
`;

export const REDOC_STYLE = `${ground}
@media (prefers-color-scheme: dark) {
  html {
    background: #14171c;
  }
  /* What ReDoc's theme does not reach. */
  #redoc h5,
  #redoc h5 * {
    color: #b6c0cd !important;
  }
  #redoc .react-tabs__tab--selected {
    color: #14171c !important;
  }
}
`;
