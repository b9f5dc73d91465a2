import { User } from './features/account';
import { RefreshToken, Session } from './features/session';
import type { Entities } from './infrastructure/database/orm';

/** Every table's class, for the server, the command line and the migrations' check. */
export const entities: Entities = [User, Session, RefreshToken];
