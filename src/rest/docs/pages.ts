const head = (title: string, style: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="/favicon.ico" type="image/svg+xml">
    <title>${title}</title>
    ${style}
  </head>`;

export const SWAGGER_PAGE = `${head(
  'GraphQL Auth Gateway: try the REST families',
  '<link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="stylesheet" href="/docs/start.css">',
)}
  <body>
    <main id="swagger-ui"></main>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

export const REDOC_PAGE = `${head('GraphQL Auth Gateway: the REST families', '<link rel="stylesheet" href="/redoc/start.css">')}
  <body>
    <main id="redoc"></main>
    <script src="/redoc/redoc.standalone.js"></script>
    <script src="/redoc/start.js"></script>
  </body>
</html>
`;

/**
 * Both write styles into the page; ReDoc searches in a worker that it makes from text.
 */
export const DOCS_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
