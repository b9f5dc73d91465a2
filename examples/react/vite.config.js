import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const gateway = process.env.GATEWAY_URL ?? 'http://localhost:4000';
// The page and the gateway share an origin, as they best do in production: no CORS, and cookies stay strict.
const proxy = { '/graphql': { target: gateway, ws: true } };

export default defineConfig({
  plugins: [react()],
  define: { GATEWAY_URL: JSON.stringify(gateway) },
  server: { port: 5173, proxy },
  preview: { port: 5173, proxy },
});
