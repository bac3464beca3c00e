/** What Prometheus reads of this process. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export type Figures = Readonly<Record<string, { readonly help: string; readonly value: () => number }>>;

/** `figures` are read when asked for; their names get the prefix `griddesk_`. */
export function createMetrics(figures: Figures): () => Promise<string> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const [name, { help, value }] of Object.entries(figures)) {
    new Gauge({
      name: `griddesk_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  }
  return () => registry.metrics();
}
