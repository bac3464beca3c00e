/** Notifications beyond the page: a short tone and the desktop's own, both by choice. */
import type { NoticeText } from './notice-text.ts';

let audio: AudioContext | undefined;

function beep(low: boolean): void {
  audio ??= new AudioContext();
  const start = audio.currentTime;
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = low ? 330 : 660;
  volume.gain.setValueAtTime(0.06, start);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.18);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + 0.2);
}

export function announce(
  { title, text, tone }: Pick<NoticeText, 'title' | 'text' | 'tone'>,
  by: { readonly sound: boolean; readonly desktop: boolean },
): void {
  if (by.sound) beep(tone === 'down');
  if (by.desktop && desktopPermission() === 'granted') new Notification(title, { body: text, tag: title });
}

/** `unsupported`: the page is not served securely (plain HTTP on a network), or the browser knows none. */
export function desktopPermission(): NotificationPermission | 'unsupported' {
  return 'Notification' in globalThis && isSecureContext ? Notification.permission : 'unsupported';
}
