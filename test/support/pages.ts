import type { TestApp } from './test-app';

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

/** A page as a browser opens it. */
export async function open(app: TestApp, path: string, language = 'en'): Promise<Page> {
  const response = await fetch(`${app.url}${path}`, { headers: { 'accept-language': language } });
  return { status: response.status, headers: response.headers, html: await response.text() };
}

/** A form of it, sent. */
export async function submit(
  app: TestApp,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Page> {
  const body = new URLSearchParams(fields);
  const response = await fetch(`${app.url}${path}`, { method: 'POST', body, headers });
  return { status: response.status, headers: response.headers, html: await response.text() };
}
