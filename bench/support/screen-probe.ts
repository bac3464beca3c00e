/** Runs in a page: what it painted at each frame, and how old the newest price on the screen was then. */
export interface PaintedFrame {
  /** ms since the epoch. */
  readonly at: number;
  /** Since the frame before, ms. */
  readonly delta: number;
  /** Of the price on the screen, ms; `null`: there was none. */
  readonly age: number | null;
}

export interface Screen {
  readonly frames: PaintedFrame[];
  /** Long animation frames. */
  readonly long: { readonly at: number; readonly ms: number }[];
}

declare global {
  var screenProbe: Screen | undefined;
}

/** Self-contained: it is sent to the page as text. */
export function screenProbe(): void {
  const MOST = 20_000;
  const screen: Screen = { frames: [], long: [] };
  globalThis.screenProbe = screen;
  const epoch = () => performance.timeOrigin + performance.now();
  let price: Element | null = null;
  let delta = 0;
  let last = 0;
  const channel = new MessageChannel();
  // After the frame was painted: all that drew in it has drawn.
  channel.port1.onmessage = () => {
    if (!price?.isConnected) price = document.querySelector('[role=table] + div > b');
    const shown = Number((price?.textContent ?? '').replaceAll(',', ''));
    const at = epoch();
    const sent = Math.round((shown - 95_000) * 100);
    const isPrice = shown > 0 && sent >= 0 && sent < 100_000;
    const age = isPrice ? (((Math.floor(at * 10) % 100_000) - sent + 100_000) % 100_000) / 10 : null;
    if (screen.frames.length < MOST) screen.frames.push({ at, delta, age });
  };
  const frame = (now: number) => {
    delta = now - last;
    last = now;
    channel.port2.postMessage(null);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      screen.long.push({ at: performance.timeOrigin + startTime, ms: duration });
    }
  }).observe({ type: 'long-animation-frame' });
}
