/** How `griddesk` ends; scripts rely on these. */
import { CommanderError } from 'commander';
import { BacktestError } from '#engine/backtest/case.ts';
import { ConfigError } from '#server/config/load-config.ts';
import { CandleFileError } from '#server/datasets/candle-file-error.ts';
import { StorageError } from '#server/storage/database.ts';
import { isSqliteError } from '#server/storage/transaction.ts';
import { VenueRestError } from '#server/venues/rest-client.ts';
import { InputError, NetworkError } from './errors.ts';

export const ExitCode = {
  ok: 0,
  /** Something nobody foresaw. */
  failure: 1,
  /** Usage or configuration. */
  usage: 2,
  /** Port in use, address not ours, venue out of reach. */
  network: 3,
  /** Database unreadable, corrupt, locked, or the disk is full. */
  storage: 4,
  /** An input file is malformed. */
  input: 5,
} as const;

export const EXIT_CODES_HELP = `
Exit codes:
  0  done
  1  unexpected failure
  2  usage or configuration
  3  network: port in use, address not available, venue out of reach
  4  storage: database unreadable, corrupt or in use, disk full
  5  input: a file is malformed`;

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof ConfigError) return ExitCode.usage;
  if (error instanceof NetworkError || error instanceof VenueRestError) return ExitCode.network;
  if (error instanceof StorageError || isSqliteError(error) || isSystemError(error, 'ENOSPC', 'EROFS', 'EIO')) {
    return ExitCode.storage;
  }
  if (error instanceof InputError || error instanceof CandleFileError || error instanceof BacktestError) {
    return ExitCode.input;
  }
  return ExitCode.failure;
}

function isSystemError(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
