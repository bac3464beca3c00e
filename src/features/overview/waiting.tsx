import type { MessageKey } from '#ui/i18n/keys.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { SkeletonRows } from '#ui/states.tsx';

/** A panel's place before its code is there. */
export function Waiting({ title, className }: { readonly title: MessageKey; readonly className?: string | undefined }) {
  const t = useT();
  return (
    <Panel title={t(title)} {...(className && { className })}>
      <SkeletonRows rows={6} />
    </Panel>
  );
}
