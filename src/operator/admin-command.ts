import type { UserRole } from '../foundation/viewer';

/** What an operator asks for. It travels as JSON where a running server does it. */
export type AdminCommand =
  | { readonly name: 'list' }
  | {
      readonly name: 'create';
      readonly email: string;
      readonly username: string | undefined;
      readonly role: UserRole;
      readonly isPasswordFromStdin: boolean;
    }
  | { readonly name: 'promote' | 'demote'; readonly identifier: string; readonly role: UserRole }
  | { readonly name: 'set-password'; readonly identifier: string; readonly isPasswordFromStdin: boolean }
  | {
      readonly name: 'show' | 'sessions' | 'disable' | 'enable' | 'delete';
      readonly identifier: string;
    }
  | KeyCommand;

/** What is asked for with `npm run keys`. */
export type KeyCommand =
  | { readonly name: 'keys-list' }
  | { readonly name: 'keys-rotate'; readonly inSeconds: number }
  | { readonly name: 'keys-retire'; readonly kid: string };

/** A command with what was typed beside it. */
export interface AdminRequest {
  readonly command: AdminCommand;
  readonly password?: string | undefined;
}
