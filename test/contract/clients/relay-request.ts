import type { ConcreteRequest } from 'relay-runtime';

/** What relay-compiler makes of `query { field { …scalars } }`, which would need its binary and a build of its own. */
export function relayRequest(
  text: string,
  field: string,
  concreteType: string,
  scalars: readonly string[],
): ConcreteRequest {
  const selections = [
    {
      kind: 'LinkedField' as const,
      alias: null,
      args: null,
      concreteType,
      name: field,
      plural: false,
      selections: scalars.map((name) => ({
        kind: 'ScalarField' as const,
        alias: null,
        args: null,
        name,
        storageKey: null,
      })),
      storageKey: null,
    },
  ];
  const name = /^query (\w+)/.exec(text)![1]!;
  return {
    kind: 'Request',
    fragment: {
      kind: 'Fragment',
      name,
      type: 'Query',
      argumentDefinitions: [],
      metadata: null,
      selections,
      abstractKey: null,
    },
    operation: { kind: 'Operation', name, argumentDefinitions: [], selections },
    params: { id: null, cacheID: name, metadata: {}, name, operationKind: 'query', text },
  };
}
