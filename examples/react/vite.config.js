import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The page and the gateway share an origin, as they best do in production: no CORS, and cookies stay strict.
const proxy = { '/graphql': { target: process.env.GATEWAY_URL ?? 'http://localhost:4000', ws: true } };

export default defineConfig({
  plugins: [react()],
  server: { port: 5173, proxy },
  preview: { port: 5173, proxy },
});
