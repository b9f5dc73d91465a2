export { PasswordResolver } from './password.resolver';
export { PasswordService } from './password.service';
