import type { Exchange, NextExchange } from '../load/exchange';
import type { People, Person } from '../stage/people';

/** What is asked of a server, by people of its database. */
export type Asking = (people: People) => NextExchange;

/** @param asking how many people ask in turn; all who ask by default */
export function byPerson(ask: (person: Person) => Exchange, asking?: number): Asking {
  return (people) => {
    const next = people.inTurn(asking);
    return () => ask(next());
  };
}
