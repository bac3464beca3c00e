import { Settings } from '#features/settings/settings.tsx';
import { SourceSettings } from '#features/sources/source-settings.tsx';

export function SettingsPage() {
  return <Settings lead={<SourceSettings />} />;
}
