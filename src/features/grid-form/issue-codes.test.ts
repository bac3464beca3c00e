import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ISSUE_CODES } from './issue-text.ts';

it('knows every code of the engine', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const files = [
    'src/engine/commands.ts',
    'src/engine/grid/spec.ts',
    'src/engine/grid/plan.ts',
    'server/host/grid-params.ts',
  ];
  const source = files.map((file) => readFileSync(root + file, 'utf8')).join('\n');
  const codes = [
    ...source.matchAll(/\bcode: '([a-z_]+)'|(?:issue|invalid)\([^;]*?, '([a-z_]+)'(?:, (?:values|\{[^}]*\}))?\)/g),
  ];
  expect(codes.length).toBeGreaterThan(25);
  for (const [, inObject, inCall] of codes) expect(ISSUE_CODES).toContain(inObject ?? inCall);
});
