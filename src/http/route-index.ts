import type { FastifyInstance } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import type { Face } from './face';

declare module 'fastify' {
  interface FastifyInstance {
    routeIndex: RouteIndex;
  }
}

/** How Fastify reads a path, and so how it is read wherever else one has to be understood. */
export const ROUTER_OPTIONS = {
  caseSensitive: true,
  ignoreDuplicateSlashes: false,
  ignoreTrailingSlash: false,
  useSemicolonDelimiter: false,
  // As long as a request line may be: whether a name is too long is for the use case to say.
  maxParamLength: 16_384,
} as const;

const METHODS: readonly HTTPMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Knows which methods a path takes and whose it is; Fastify itself can only be asked for patterns. */
export class RouteIndex {
  readonly #router = findMyWay(ROUTER_OPTIONS);
  readonly #faces = findMyWay(ROUTER_OPTIONS);

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

  /** Gives whatever lies at `pattern`, route or not, to a face: `/name/*`. The longest pattern wins. */
  claim(pattern: string, face: Face): void {
    this.#faces.on('GET', pattern, () => undefined, face);
  }

  /** @param target a request's, as it came: with its query, and encoded in whatever way */
  methodsOf(target: string): readonly string[] {
    return METHODS.filter((method) => this.#router.find(method, target) !== null);
  }

  /** The face that claimed the path of a target. */
  faceAbove(target: string): Face | undefined {
    // Claims are plain ASCII: what else is encoded lies below them, and may be past decoding.
    const readable = target.replaceAll(/%(?![0-7][0-9a-f])/gi, '%25');
    return (this.#faces.find('GET', readable)?.store ?? undefined) as Face | undefined;
  }
}
