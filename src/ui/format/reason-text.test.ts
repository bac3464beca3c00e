import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { reasonText } from './reason-text.ts';

/** Names the text that would stand there; what the texts say is the catalogs' test. */
const said = (reason: string) =>
  reasonText(reason, (key, values = {}) => [`<${key}>`, ...Object.values(values)].join(' '));

it('knows every reason the engine gives', () => {
  const engine = fileURLToPath(new URL('../../engine/', import.meta.url));
  const source = readdirSync(engine, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.includes('test'))
    .map((file) => readFileSync(engine + file, 'utf8'))
    .join('\n');
  const statements = [
    ...source.matchAll(/(?:\.end|\.pause|\.lifecycle|data\.reason =|\bfail|\brefused =|\breason =)[^;\n]*/g),
  ];
  const reasons = statements
    .flatMap(([statement]) => [...statement.matchAll(/'([^']*)'|`([^`]*)`/g)])
    .map(([, plain, template]) => plain ?? (template ?? '').replaceAll(/\$\{[^}]*\}/g, '1'))
    .filter((text) => /[a-z] |\b1 [a-z]/.test(text));
  expect(reasons.length).toBeGreaterThan(10);
  expect(reasons.filter((reason) => !said(reason).startsWith('<'))).toEqual([]);
});

it('reads a reason within a reason, with its figures', () => {
  expect(said('risk: open notional of 12000.5 is over the limit of 10000')).toBe(
    '<desk.reason_risk> <desk.reason_max_open> 12,000.5 10,000',
  );
});

it('leaves what a person typed as it is', () => {
  expect(said('exchange outage')).toBe('exchange outage');
  expect(said('kill switch: line one\nline two')).toBe('<desk.reason_kill_switch> line one\nline two');
});
