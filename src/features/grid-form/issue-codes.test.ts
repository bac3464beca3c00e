import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ISSUE_CODES } from './issue-text.ts';

it('knows every code of the engine', () => {
  const engine = fileURLToPath(new URL('../../engine/grid/', import.meta.url));
  const source = ['spec.ts', 'plan.ts'].map((file) => readFileSync(`${engine}${file}`, 'utf8')).join('\n');
  const codes = [...source.matchAll(/\bcode: '([a-z_]+)'|issue\([^;]*?, '([a-z_]+)'(?:, (?:values|\{[^}]*\}))?\)/g)];
  expect(codes.length).toBeGreaterThan(20);
  for (const [, inObject, inCall] of codes) expect(ISSUE_CODES).toContain(inObject ?? inCall);
});
