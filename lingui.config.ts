import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-json';
import { readdirSync } from 'node:fs';

const folder = 'src/ui/i18n/catalogs';

function namespaces(): string[] {
  const files = readdirSync(new URL(folder, import.meta.url));
  return files.filter((file) => file.endsWith('.en.json')).map((file) => file.slice(0, -'.en.json'.length));
}

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'zh'],
  format: formatter({ style: 'minimal' }),
  catalogs: namespaces().map((name) => ({ path: `<rootDir>/${folder}/${name}.{locale}`, include: [] })),
});
