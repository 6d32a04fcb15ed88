/** How a client reached this server. Only `stdio` clients run on this machine under this user. */
export type Transport = 'stdio' | 'http' | 'sse';
