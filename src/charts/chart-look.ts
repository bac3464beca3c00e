/** What all charts of the library look like: colours of the theme, times in the reader's own zone and language. */
import { ColorType, type IChartApi, TickMarkType, type Time, type UTCTimestamp } from 'lightweight-charts';
import { type ChartTheme, translucent } from './chart-theme.ts';

export const seconds = (ts: number) => (ts / 1000) as UTCTimestamp;
export const millis = (time: Time) => (typeof time === 'number' ? time * 1000 : Date.parse(String(time)));

/** `locale`: BCP 47. */
export function timeFormats(locale: string) {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(locale, options);
    return (time: Time) => formatter.format(millis(time));
  };
  const clock = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const marks: Record<TickMarkType, (time: Time) => string> = {
    [TickMarkType.Year]: format({ year: 'numeric' }),
    [TickMarkType.Month]: format({ month: 'short' }),
    [TickMarkType.DayOfMonth]: format({ day: 'numeric', month: 'short' }),
    [TickMarkType.Time]: clock,
    [TickMarkType.TimeWithSeconds]: clock,
  };
  return {
    timeFormatter: format({ dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }),
    tickMarkFormatter: (time: Time, type: TickMarkType) => marks[type](time),
  };
}

export function applyTheme(chart: IChartApi, theme: ChartTheme): void {
  const grid = { color: translucent(theme.line, 0.55) };
  const crosshair = { color: theme.faint, labelBackgroundColor: theme.faint };
  chart.applyOptions({
    layout: {
      background: { type: ColorType.Solid, color: theme.background },
      textColor: theme.dim,
      fontFamily: theme.font,
      panes: { separatorColor: theme.line, separatorHoverColor: translucent(theme.accent, 0.3) },
    },
    grid: { vertLines: grid, horzLines: grid },
    crosshair: { vertLine: crosshair, horzLine: crosshair },
    rightPriceScale: { borderColor: theme.line },
    timeScale: { borderColor: theme.line },
  });
}
