import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { SessionEvent } from './session-events';
import { SessionType, toSessionType } from './session.types';

export enum SessionEventKindEnum {
  OPENED = 'opened',
  REFRESHED = 'refreshed',
  ENDED = 'ended',
}

registerEnumType(SessionEventKindEnum, {
  name: 'SessionEventKind',
  description: 'What happened to a session.',
  valuesConfig: {
    OPENED: { description: 'Somebody signed in.' },
    REFRESHED: { description: 'Its refresh token was exchanged for the next one.' },
    ENDED: { description: 'It was signed out or revoked, or its time was over.' },
  },
});

@ObjectType('SessionEvent', { description: 'Something that happened to one of the caller’s sessions.' })
export class SessionEventType {
  @Field(() => ID, {
    description: 'What `since` takes. Opaque; an event that comes twice has the same one.',
  })
  id!: string;

  @Field(() => SessionEventKindEnum, { description: 'What happened.' })
  kind!: SessionEvent['kind'];

  @Field(() => SessionType, { description: 'The session as it is now, which may be later than `at`.' })
  session!: SessionType;

  @Field(() => Date, { description: 'When it happened.' })
  at!: Date;
}

export function toSessionEventType({ session, ...event }: SessionEvent, currentId: string): SessionEventType {
  return { ...event, session: toSessionType(session, currentId) };
}
