import type { Kind } from './kinds';

/** Another name for a setting; `kind` and `example` only when it is written differently, e.g. in another unit. */
export interface Alias {
  readonly name: string;
  readonly kind?: Kind<unknown>;
  readonly example?: string;
}

/** One row of the table of settings: parsing, `.env.example` and docs/configuration.md are all made from it. */
export interface Variable {
  readonly kind: Kind<unknown>;
  readonly description: string;
  readonly aliases?: readonly Alias[];
  /** The text that is parsed when the variable is not set. */
  readonly default?: string;
  /** Says in words what happens when the variable is not set and the default is no fixed text. */
  readonly defaultMeaning?: string;
  /** A value that would be accepted, for error messages; the default serves when there is none. */
  readonly example?: string;
  /** Taken as it is, spaces included. */
  readonly isSecret?: true;
  /** Set, but empty, is a value of its own; everywhere else it is the same as not set. */
  readonly isEmptyMeaningful?: true;
}

/** A variable that nothing reads, though its name looks as if it was meant for this service. It holds no value. */
export interface UnknownVariable {
  readonly name: string;
  /** What was probably meant, where that can be guessed. */
  readonly didYouMean?: string;
}
