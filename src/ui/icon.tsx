/** The icon set: 16×16 outlines in the text's colour, always decorative (the control around carries the name). */
const PATHS = {
  backtests: 'M2.5 8a5.5 5.5 0 1 0 1.6-3.9L2.5 5.5M2.5 2.5v3h3M8 5v3.2l2.2 1.3',
  strategies: 'M2 12.5 6 7l3 3 5-7M11 3h3v3M2 14.5h12',
  overview: 'M2.5 9.5 8 3l5.5 6.5M4 8v5.5h8V8',
  markets: 'M4 3v10M4 5.5h0M2.8 5.5h2.4v4H2.8zM8 2v3m0 5v4M6.8 5h2.4v5H6.8zM12 3.5V13M10.8 6h2.4v3.5h-2.4z',
  grids: 'M2.5 3.5h11M2.5 6.5h11M2.5 9.5h11M2.5 12.5h11M5 2v12M11 2v12',
  account: 'M2.5 5.5v6.8a1.2 1.2 0 0 0 1.2 1.2h9.8v-8zM2.5 5.5 11 2.5v3M11 9.5h.1',
  system: 'M2 8h2.5L6.5 3l3 10 2-5H14',
  settings: 'M2.5 4.5h6m3 0h2M2.5 11.5h2m3 0h6M10 3v3M6 10v3',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  close: 'm4 4 8 8M12 4l-8 8',
  check: 'm3 8.5 3.2 3.2L13 5',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5 14 14',
  bell: 'M4 11V7a4 4 0 0 1 8 0v4l1.2 1.5H2.8zM6.8 14.2h2.4',
  chevronDown: 'm4 6.2 4 4 4-4',
  chevronRight: 'm6.2 4 4 4-4 4',
  sort: 'm5 6.5 3-3 3 3M5 9.5l3 3 3-3',
  sortUp: 'm5 9.5 3-3 3 3',
  sortDown: 'm5 6.5 3 3 3-3',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  download: 'M8 2.5v8m-3.2-3L8 10.7l3.2-3.2M3 13.5h10',
  upload: 'M8 10.5v-8m-3.2 3L8 2.3l3.2 3.2M3 13.5h10',
  edit: 'm10.5 3 2.5 2.5L6 12.5l-3 .5.5-3zM9.2 4.3l2.5 2.5',
  play: 'M5 3.5v9l7-4.5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  stop: 'M4 4h8v8H4z',
  restart: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3',
  link: 'M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2A2.6 2.6 0 0 0 9 3.3l-.8.8M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 2.6 0 0 0 7 12.7l.8-.8',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.4v3.4M8 5.2v.1',
  warning: 'M8 2.5 14.2 13H1.8zM8 6.5v3M8 11.2v.1',
  power: 'M8 2.5V8M4.6 4.4a5 5 0 1 0 6.8 0',
  more: 'M3.5 8h.1M8 8h.1M12.5 8h.1',
  filter: 'M2.5 3.5h11L9.3 8.6V13l-2.6-1.4v-3z',
  external: 'M9 3h4v4M13 3 7.5 8.5M11.5 9.5V13H3V4.5h3.5',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
