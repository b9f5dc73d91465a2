import { preparedMail } from '../../../foundation/mail';
import type { UndoPayload } from './undo-payload';

/** Tells the old address that it may go, with a link that takes the change back. */
export const emailChangeRequestedMail = preparedMail<UndoPayload>()({
  name: 'email_change_requested',
  anybodyCanCause: false,
  sample: { name: 'Ada', newEmail: 'ada@example.com', link: 'https://example.com/', hours: 72 },
});
