import express from 'express';
import { expressjwt } from 'express-jwt';
import jwksRsa from 'jwks-rsa';
import { DenyList } from './deny-list.mjs';

const {
  GATEWAY: gateway,
  ISSUER: issuer = gateway,
  CLIENT_ID: clientId,
  CLIENT_SECRET: clientSecret,
} = process.env;
const denyList = await new DenyList({ gateway, clientId, clientSecret }).start();

const application = express();
application.use(
  expressjwt({
    secret: jwksRsa.expressJwtSecret({ jwksUri: `${gateway}/.well-known/jwks.json`, cacheMaxAge: 300_000 }),
    algorithms: ['ES256'],
    issuer,
    audience: 'graphql-auth-gateway',
    isRevoked: (_request, token) => denyList.has(token.payload.sid),
  }),
);
application.get('/', (request, response) =>
  response.json({ user: request.auth.sub, role: request.auth.role }),
);
application.use((error, _request, response, _next) => response.status(error.status ?? 500).end());

const server = application.listen(process.env.PORT ?? 8080, '127.0.0.1', () =>
  console.log(`listening on ${server.address().port}`),
);
