/** What goes back to one client, apart from events. */
import type { ClientFrame, ServerFrame, WireError } from '#protocol/envelope.ts';
import { ProtocolError, type ErrorCode } from '#protocol/errors.ts';
import { textFrame } from './ws-frame.ts';

/** Every frame of ours tells its time (Z4). */
export function serverFrame(frame: ServerFrame, now: number): Buffer {
  const { type, ...rest } = frame;
  return textFrame(JSON.stringify({ type, timestamp: now, ...rest }));
}

export function error(code: ErrorCode, message: string, details?: unknown): WireError {
  return { code, message, ...(details === undefined ? {} : { details }) };
}

export function authError(fault: unknown): WireError {
  if (fault instanceof ProtocolError) return { code: fault.code, message: fault.message };
  return error('AUTH_INVALID', 'the token could not be checked');
}

export function withId(id: string | undefined): { id?: string } {
  return id === undefined ? {} : { id };
}

export function idOf(frame: ClientFrame | { readonly id: unknown }): string | undefined {
  return 'id' in frame && typeof frame.id === 'string' ? frame.id : undefined;
}
