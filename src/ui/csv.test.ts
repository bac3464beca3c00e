import { expect, test } from 'vitest';
import { csvText } from './csv.ts';

test('cells are quoted where they need to be, numbers stay numbers', () => {
  expect(csvText([['a,b', 'say "x"', -1.5, '-0.25', null]])).toBe('"a,b","say ""x""",-1.5,-0.25,\r\n');
});

test.each(['=1+1', '+1+1', '@SUM(A1)', '-2+3+cmd', '-A1', '\t=1'])('%j is no formula', (text) => {
  expect(csvText([[text]])).toBe(`'${text}\r\n`);
});
