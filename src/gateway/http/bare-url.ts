/** A URL that names a host and nothing else; null for any other text. */
export function bareUrl(url: string): URL | null {
  const parsed = URL.parse(url);
  if (parsed === null) return null;
  const { username, password, search, hash, pathname } = parsed;
  return username + password + search + hash === '' && pathname === '/' && parsed.hostname !== '' ? parsed : null;
}
