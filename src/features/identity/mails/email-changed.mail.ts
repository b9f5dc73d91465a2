import { preparedMail } from '../../../foundation/mail';
import type { UndoPayload } from './undo-payload';

/** Tells the old address that it is gone, with a link that takes the change back. */
export const emailChangedMail = preparedMail<UndoPayload>()({
  name: 'email_changed',
  anybodyCanCause: false,
  sample: { name: 'Ada', newEmail: 'ada@example.com', link: 'https://example.com/', hours: 72 },
});
