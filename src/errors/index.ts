export { AppError, invalidInput, type AppErrorOptions, type FieldProblem } from './app-error';
export {
  errorCatalogue,
  errorCodes,
  type ErrorCatalogueEntry,
  type ErrorCode,
  type ErrorLogLevel,
} from './catalogue';
export { toEnvelope, type ErrorEnvelope } from './envelope';
