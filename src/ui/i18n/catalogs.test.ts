import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('catalogs/', import.meta.url));
const src = fileURLToPath(new URL('../../', import.meta.url));

type Catalog = Readonly<Record<string, string>>;
const read = (file: string): Catalog => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Catalog;
const namespaces = readdirSync(folder).flatMap((file) => /^(\w+)\.en\.json$/.exec(file)?.[1] ?? []);

/** Chinese texts that rightly hold no Chinese. */
const WITHOUT_HAN: ReadonlySet<string> = new Set(['system.count']);

const placeholders = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name))].toSorted();

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.includes('.types') && !file.includes('.test.'))
  .map((file) => readFileSync(join(src, file), 'utf8'))
  .join('\n');

describe.each(namespaces)('catalog %s', (namespace) => {
  const en = read(`${namespace}.en.json`);
  const zh = read(`${namespace}.zh.json`);

  it('names the same keys in both languages, all of its own namespace', () => {
    expect(Object.keys(zh).toSorted()).toEqual(Object.keys(en).toSorted());
    for (const key of Object.keys(en)) expect(key).toMatch(new RegExp(`^${namespace}\\.\\w+$`));
  });

  it('has no empty text, and the same placeholders in both languages', () => {
    const bad = Object.entries(en).filter(([key, text]) => {
      const chinese = zh[key] ?? '';
      const sameNames = placeholders(chinese).join() === placeholders(text).join();
      return text.trim() === '' || chinese.trim() === '' || !sameNames;
    });
    expect(bad).toEqual([]);
  });

  it('says it in Chinese', () => {
    const untranslated = Object.entries(zh).filter(
      ([key, text]) => !/\p{Script=Han}/u.test(text) && !WITHOUT_HAN.has(key),
    );
    expect(untranslated).toEqual([]);
  });

  it('holds only texts that are used', () => {
    // `t(\`system.${level}\`)`: every key that such a template can make counts as used.
    const templates = [...sources.matchAll(/`(\w+\.\w+)\$\{/g)].map(([, start]) => start ?? '');
    const unused = Object.keys(en).filter(
      (key) =>
        !sources.includes(`'${key}'`) &&
        !sources.includes(`"${key}"`) &&
        !templates.some((start) => key.startsWith(start)),
    );
    expect(unused).toEqual([]);
  });
});

it('every key in the source exists', () => {
  const known = new Set(namespaces.flatMap((namespace) => Object.keys(read(`${namespace}.en.json`))));
  const used = [...sources.matchAll(/\bt\(\s*['"]([\w.]+)['"]/g)].map(([, key]) => key ?? '');
  expect(used.length).toBeGreaterThan(100);
  expect(used.filter((key) => !known.has(key))).toEqual([]);
});
