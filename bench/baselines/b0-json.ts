import type { Baseline } from './baseline';

/** Fastify, and an answer of JSON. */
export const addBaseline: Baseline = async (server) => {
  server.get('/b0', () => ({ id: '1', email: 'person@example.com' }));
};
