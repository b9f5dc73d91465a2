/** One setting that stops the start. It holds no value: a password can be typed into any variable by mistake. */
export interface ConfigurationProblem {
  /** The name the operator used, or the names when they contradict each other. */
  readonly variable: string;
  /** Continues the sentence that the name begins: `must be a whole number from 1 to 5`. */
  readonly rule: string;
  /** A line that would be accepted, e.g. `PORT=4000`. */
  readonly example: string;
}

/** Everything that is wrong with the environment, in one go. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(
    readonly problems: readonly ConfigurationProblem[],
    options?: { readonly cause?: unknown },
  ) {
    const lines = problems.map(
      ({ variable, rule, example }) => `  - ${variable} ${rule}; for example ${example}`,
    );
    super(['The configuration is not valid:', ...lines].join('\n'), options);
  }
}
