import { authServe } from './auth-serve/family';
import { balanceHub } from './balance-hub/family';
import { credit } from './credit/family';
import type { RestFamily } from './family';
import { session } from './session/family';

/** Every family there is; nothing else names one. */
export const restFamilies: readonly RestFamily[] = [authServe, session, credit, balanceHub];
