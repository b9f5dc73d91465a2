import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { errorCatalogue, type ErrorCode } from '../../src/errors';
import { printedDocument } from '../../src/rest/print-document';
import { documentedApi } from '../support/openapi';
import { useApp } from '../support/test-app';

const operations = Object.entries(documentedApi.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
);

describe('docs/openapi.json', () => {
  it('should be what the operations say ("npm run generate" writes it anew)', () => {
    expect(readFileSync('docs/openapi.json', 'utf8')).toBe(printedDocument());
  });

  it("should pass Redocly's recommended rules", async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const source = readFileSync('docs/openapi.json', 'utf8');
    const problems = await lintFromString({ source, absoluteRef: 'docs/openapi.json', config });
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    // The rules were asked: they object to a document without an operation.
    const empty = JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'x', version: '1' },
      paths: { '/a': { get: {} } },
    });
    const objections = await lintFromString({ source: empty, absoluteRef: 'empty.json', config });
    expect(objections.map(({ ruleId }) => ruleId)).toContain('security-defined');
  });

  it('should give every operation a summary, and every answer and error an example', () => {
    const lacking = operations.flatMap(({ name, operation }) =>
      Object.entries(operation.responses).flatMap(([status, response]) =>
        Object.values(response.content)
          .filter((media) => !('example' in media || 'examples' in media))
          .map(() => `${name} ${status}`),
      ),
    );
    expect(lacking).toEqual([]);
    expect(operations.filter(({ operation }) => !('summary' in operation))).toEqual([]);
  });

  it('should give examples of errors that are what the catalogue says', () => {
    for (const { name, operation } of operations) {
      // Below /oauth/ the word is OAuth's own (RFC 6749, 5.2).
      const isOAuth = name.includes(' /oauth/');
      for (const response of Object.values(operation.responses)) {
        for (const media of Object.values(response.content) as {
          examples?: Record<string, { value: { code: ErrorCode; error: string } }>;
        }[]) {
          for (const [code, { value }] of Object.entries(media.examples ?? {})) {
            const error = isOAuth
              ? (expect.stringMatching(/^[a-z_]+$/) as string)
              : errorCatalogue[value.code].exception;
            expect([value.code, value.error]).toEqual([code, error]);
          }
        }
      }
    }
  });

  it('should name every operation differently', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the pages', () => {
  const app = useApp();

  it('should serve the document', async () => {
    const response = await fetch(`${app.url}/openapi.json`);
    expect(await response.json()).toEqual(documentedApi);
  });

  it.each(['/docs', '/redoc'])('should load nothing from elsewhere, nor allow it: %s', async (path) => {
    const response = await fetch(`${app.url}${path}`);
    const html = await response.text();
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy + html).not.toMatch(/https?:/);
    const files = [...html.matchAll(/(?:src|href|spec-url)="(\/[^"]+)"/g)].map(([, file]) => file ?? '');
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      const loaded = await fetch(`${app.url}${file}`);
      expect([file, loaded.status]).toEqual([file, 200]);
      expect((await loaded.arrayBuffer()).byteLength).toBeGreaterThan(50);
    }
  });
});
