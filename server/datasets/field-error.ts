import { ProtocolError } from '#protocol/errors.ts';

/** `path`: the field's name on the wire. */
export function badField(path: string, message: string): ProtocolError {
  return new ProtocolError('VALIDATION_ERROR', message, [{ path, message }]);
}
