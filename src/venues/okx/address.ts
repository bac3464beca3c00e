/** O1. Addresses of its connections, from a base URL or one that somebody has copied with its path. */

export function baseOf(url: string): string {
  return url.replace(/(?:\/ws\/v5(?:\/(?:public|private|business))?)?\/*$/, '');
}

export function addressOf(url: string, line: 'public' | 'private' | 'business'): string {
  return `${baseOf(url)}/ws/v5/${line}`;
}
