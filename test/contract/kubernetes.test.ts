/** @jest-environment node */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { parse, parseAllDocuments } from 'yaml';
import { secretFileNames } from '../../src/config/secret-files';
import { namesOf, variableNames } from '../../src/config/variables';
import { whenInstalled } from '../support/programs';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly env?: readonly { readonly name: string }[];
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly { readonly literals: readonly string[] }[];
}

const root = path.resolve(__dirname, '../..');
const folder = path.join(root, 'deploy/kubernetes');
const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
const kustomization = parse(read('kustomization.yaml')) as Kustomization;
const manifests = kustomization.resources.flatMap((file) =>
  parseAllDocuments(read(file)).map((document) => document.toJS() as Manifest),
);

/** What Kubernetes' own schemas say: wrong types, missing fields. */
function schemaProblems(all: readonly Manifest[]): string[] {
  const script = path.join(root, 'test/support/validate-manifests.mjs');
  const input = all.map((manifest) => JSON.stringify(manifest)).join('\n');
  const output = execFileSync(process.execPath, [script], { cwd: root, input, encoding: 'utf8' });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string | null)
    .filter((problem) => problem !== null);
}

/** Fields that there are not, which schemas let pass and a server drops in silence: found by the compiler, in literals. */
function unknownFields(all: readonly Manifest[]): string[] {
  const directory = mkdtempSync(path.join(root, 'node_modules/.manifests-'));
  try {
    const file = path.join(directory, 'manifests.mts');
    const lines = all.map(({ apiVersion, kind, ...rest }, index) => {
      const models = apiVersion.startsWith('monitoring.')
        ? '@kubernetes-models/prometheus-operator'
        : 'kubernetes-models';
      const literal = JSON.stringify({ apiVersion, kind, ...rest });
      return `import type { I${kind} as Type${index} } from '${models}/${apiVersion}/${kind}';\nexport const one${index}: Type${index} = ${literal};`;
    });
    writeFileSync(file, lines.join('\n'));
    const program = ts.createProgram([file], {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      types: [],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    });
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function containers(): Container[] {
  return manifests.flatMap(({ spec }) => {
    const { template } = spec as { template?: { spec?: { containers?: Container[] } } };
    return template?.spec?.containers ?? [];
  });
}

describe('deploy/kubernetes', () => {
  it('should have every manifest in its kustomization', () => {
    const files = readdirSync(folder).filter((file) => file !== 'kustomization.yaml');
    expect([...kustomization.resources].sort()).toEqual(files.sort());
    expect(manifests.map(({ kind }) => kind).sort()).toEqual(
      ['Deployment', 'HorizontalPodAutoscaler', 'Job', 'NetworkPolicy', 'PodDisruptionBudget', 'Service', 'ServiceMonitor'], // prettier-ignore
    );
  });

  it('should be what Kubernetes takes', () => {
    expect(schemaProblems(manifests)).toEqual([]);
    // Both can fail; the second is asked once, for it takes seconds.
    const [deployment] = manifests;
    const spec = deployment?.['spec'] as object;
    const broken = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: {}, spec: { replicas: 'three' } };
    expect(schemaProblems([broken])).toHaveLength(1);
    const misspelled = { ...broken, spec: { ...spec, replica: 3 } };
    expect(unknownFields([...manifests, misspelled])).toEqual([
      expect.stringContaining(`'"replica"' does not exist in type 'IDeploymentSpec'`),
    ]);
  });

  it('should name settings and programs that there are', () => {
    const known = new Set<string>([
      ...variableNames.flatMap((name) => namesOf(name).map((alias) => alias.name)),
      ...secretFileNames,
    ]);
    const literals = kustomization.configMapGenerator.flatMap((map) => map.literals);
    const names = [
      ...literals.map((literal) => literal.split('=')[0] ?? ''),
      ...containers().flatMap(({ env = [] }) => env.map(({ name }) => name)),
    ];
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    const programs = containers().flatMap(({ command = [] }) => command.slice(1));
    for (const program of programs)
      readFileSync(path.join(root, program.replace('dist/', 'src/').replace('.js', '.ts')));
    expect(programs).toEqual(['dist/cli/migrate.js']);
  });
});

whenInstalled('kubectl')('deploy/kubernetes, as Kustomize renders it', () => {
  it('should still be what Kubernetes takes', () => {
    const rendered = parseAllDocuments(execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8' }));
    const all = rendered.map((document) => document.toJS() as Manifest);
    expect(all).toHaveLength(manifests.length + 1);
    expect(schemaProblems(all)).toEqual([]);
  });
});
