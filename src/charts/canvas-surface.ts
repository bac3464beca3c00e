/** A canvas that fills its container at the device's resolution and is drawn at most once a frame. */
export interface CanvasSurface {
  /** Draws on the next frame; many calls, one drawing. */
  invalidate(): void;
  dispose(): void;
}

/** Sizes are CSS pixels. */
export type Draw = (context: CanvasRenderingContext2D, width: number, height: number) => void;

export function createCanvasSurface(container: HTMLElement, draw: Draw): CanvasSurface {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('aria-hidden', 'true');
  Object.assign(canvas.style, { position: 'absolute', inset: '0', width: '100%', height: '100%' });
  container.append(canvas);
  const context = canvas.getContext('2d');
  let frame = 0;

  const paint = () => {
    frame = 0;
    const { clientWidth: width, clientHeight: height } = container;
    if (!context || width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [pixelsWide, pixelsHigh] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== pixelsWide) canvas.width = pixelsWide;
    if (canvas.height !== pixelsHigh) canvas.height = pixelsHigh;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    draw(context, width, height);
  };
  const invalidate = () => {
    if (frame === 0) frame = requestAnimationFrame(paint);
  };
  const resize = new ResizeObserver(invalidate);
  resize.observe(container);
  invalidate();

  return {
    invalidate,
    dispose() {
      resize.disconnect();
      cancelAnimationFrame(frame);
      canvas.remove();
    },
  };
}
