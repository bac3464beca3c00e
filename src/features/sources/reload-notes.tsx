import type { SourceView } from '#stores/source-types.ts';
import { Banner } from '#ui/banner.tsx';
import { Button } from '#ui/button.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { needsReload } from './source-reason.ts';

/** A page has the policy it was loaded with: what was saved since and is connected by the page itself has to wait. */
export function ReloadNotes({ sources }: { readonly sources: readonly SourceView[] }) {
  const t = useT();
  const names = sources.filter(needsReload).map(({ config }) => config.name);
  if (names.length === 0) return null;
  return (
    <Banner
      tone="warn"
      action={
        <Button size="s" onClick={() => location.reload()}>
          {t('sources.reload')}
        </Button>
      }
    >
      {t('sources.reload_text', { name: names.join(', ') })}
    </Banner>
  );
}
