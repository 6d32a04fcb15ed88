/** How a client reached this server. Only `stdio` clients run on this machine under this user. */
export type Door = 'stdio' | 'http' | 'sse';
