import type { FastifyInstance } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';

const METHODS: readonly HTTPMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Knows which methods a path takes; Fastify itself can only be asked for patterns. */
export class RouteIndex {
  readonly #router = findMyWay();

  /** From here on every route of `server` is known. */
  watch(server: FastifyInstance): void {
    server.addHook('onRoute', ({ method, url }) => {
      if (url === '*' || url === '/*') return;
      const wanted = (Array.isArray(method) ? method : [method]) as HTTPMethod[];
      for (const one of wanted.filter(
        (name) => METHODS.includes(name) && !this.#router.hasRoute(name, url),
      )) {
        this.#router.on(one, url, () => undefined);
      }
    });
  }

  methodsOf(path: string): readonly string[] {
    return METHODS.filter((method) => this.#router.find(method, path) !== null);
  }
}
