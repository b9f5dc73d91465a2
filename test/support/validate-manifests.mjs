// Reads JSON manifests, one a line, and writes what is wrong with each by Kubernetes' own schemas, one a line as well.
// In a process of its own: the models are ES modules, which Jest does not load.
import { createInterface } from 'node:readline';

const PROMETHEUS_OPERATOR = 'monitoring.coreos.com/';

for await (const line of createInterface({ input: process.stdin })) {
  const manifest = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await problemOf(manifest))}\n`);
}

async function problemOf({ apiVersion, kind, ...rest }) {
  const models = apiVersion.startsWith(PROMETHEUS_OPERATOR)
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models';
  try {
    const { [kind]: Model } = await import(`${models}/${apiVersion}/${kind}`);
    new Model(rest).validate();
    return null;
  } catch (error) {
    return `${apiVersion} ${kind}: ${error.message}`;
  }
}
