const CDN =
  'https://apollo-server-landing-page.cdn.apollographql.com https://embeddable-sandbox.cdn.apollographql.com';

/**
 * The Content-Security-Policy of Apollo Sandbox, which is loaded from Apollo. The page itself narrows `unsafe-inline` to
 * the scripts that bear its nonce; a header cannot, for the nonce is made with the page.
 */
export const SANDBOX_POLICY = [
  "default-src 'none'",
  `script-src 'self' 'unsafe-inline' ${CDN}`,
  `style-src 'unsafe-inline' ${CDN} https://fonts.googleapis.com`,
  'font-src https://fonts.gstatic.com',
  `img-src 'self' data: ${CDN}`,
  `manifest-src ${CDN}`,
  "connect-src 'self'",
  'frame-src https://sandbox.embed.apollographql.com',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
