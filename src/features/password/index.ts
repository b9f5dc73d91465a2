export { PasswordResolver } from './password.resolver';
export { PasswordResetService } from './password-reset.service';
export { PasswordService } from './password.service';
