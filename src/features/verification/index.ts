export { EmailChangeService } from './email-change.service';
export { EmailUndoService } from './email-undo.service';
export { VerificationResolver } from './verification.resolver';
export { VerificationService, type UnverifiedAccount } from './verification.service';
