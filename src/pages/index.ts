export { mountPages } from './mount-pages';
