/** Z5: what a client may rely on when `connected` names no capabilities. */
export const PUBLISHED_ACTIONS: readonly string[] = [
  'grid.start',
  'grid.stop',
  'grid.update_params',
  'backtest.run',
  'backtest.cancel',
  'strategy.start',
  'strategy.stop',
  'system.kill_switch',
];
