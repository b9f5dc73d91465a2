export { EmailChangeService } from './email-change.service';
export { VerificationResolver } from './verification.resolver';
export { VerificationService } from './verification.service';
