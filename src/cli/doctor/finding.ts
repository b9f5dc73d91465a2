/** What one examination found. */
export interface Finding {
  readonly verdict: 'ok' | 'warning' | 'failure';
  readonly subject: string;
  /** What is the case, for people; no secret. */
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** Findings about one subject. */
export class Report {
  readonly findings: Finding[] = [];

  constructor(private readonly subject: string) {}

  ok(message: string): void {
    this.findings.push({ verdict: 'ok', subject: this.subject, message });
  }

  warning(message: string, advice: string): void {
    this.findings.push({ verdict: 'warning', subject: this.subject, message, advice });
  }

  failure(message: string, advice: string): void {
    this.findings.push({ verdict: 'failure', subject: this.subject, message, advice });
  }
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
