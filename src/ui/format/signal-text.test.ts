import { describe, expect, it } from 'vitest';
import { signalText } from './signal-text.ts';

/** Names the text that would stand there; what the texts say is the catalogs' test. */
const said = (reason: string) =>
  signalText(reason, (key, values = {}) => [`<${key}>`, ...Object.values(values)].join(' '));

describe('G19: why a strategy decided so', () => {
  it.each([
    ['SMA 10 (38011.4) crossed above SMA 30 (37974.3)', '<desk.signal_cross_above> SMA 10 (38011.4) SMA 30 (37974.3)'],
    ['SMA 1 (1.50) crossed below SMA 2 (1.60)', '<desk.signal_cross_below> SMA 1 (1.50) SMA 2 (1.60)'],
    ['MACD -1.234 crossed above its signal line -1.240', '<desk.signal_macd_above> -1.234 -1.240'],
    ['MACD 0.01 crossed below its signal line 0.02', '<desk.signal_macd_below> 0.01 0.02'],
    ['RSI 14 (28.11) below 30', '<desk.signal_rsi_below> RSI 14 (28.11) 30'],
    ['RSI 14 (72.00) above 70', '<desk.signal_rsi_above> RSI 14 (72.00) 70'],
    ['RSI 14 (50.10) back at 50 from below', '<desk.signal_rsi_back> RSI 14 (50.10) 50'],
    ['RSI 14 (49.90) back at 50 from above', '<desk.signal_rsi_back> RSI 14 (49.90) 50'],
    ['close 100.5 above the upper band 100.4', '<desk.signal_band_above> 100.5 100.4'],
    ['close 90.5 below the lower band 90.6', '<desk.signal_band_below> 90.5 90.6'],
    ['close 95.0 back below the middle band 95.1', '<desk.signal_band_back_below> 95.0 95.1'],
    ['close 95.2 back above the middle band 95.1', '<desk.signal_band_back_above> 95.2 95.1'],
    ['close 101.0 above the highest high 100.9 of 20 bars', '<desk.signal_channel_above> 101.0 100.9 20'],
    ['close 89.0 below the lowest low 89.1 of 10 bars', '<desk.signal_channel_below> 89.0 89.1 10'],
  ])('%s', (reason, text) => expect(said(reason)).toBe(text));

  it('leaves what another engine says as it is', () => {
    expect(said('momentum turned')).toBe('momentum turned');
  });
});
