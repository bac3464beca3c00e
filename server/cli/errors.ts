/** The listener could not be opened. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

/** What the user gave to work on is not usable. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
