import { noticeMail } from '../../../foundation/mail';

/** Tells that one signs in by another username. */
export const usernameChangedMail = noticeMail({
  name: 'username_changed',
  anybodyCanCause: false,
  sample: { name: 'Ada', username: 'ada', isCleared: 0 },
});
