/** One message or request body: an image of 25 MB as base64 with room for the rest of the call. */
export const MAX_MESSAGE_BYTES = 48 * 1024 * 1024;
/** Large messages of a stdio client that may be worked on at once; each costs some four times its size in memory. */
export const MAX_BYTES_AT_ONCE = 96 * 1024 * 1024;
/** Messages up to this do not count. */
export const SMALL_MESSAGE_BYTES = 64 * 1024;
/** What may wait for a stdio client that does not read, in characters; its connection ends then. */
export const MAX_UNREAD_LENGTH = 64 * 1024 * 1024;

/** What runs when the server stops has so long to be answered, over HTTP. What is left is refused. */
export const SETTLE_MS = 500;
/** The same on stdio, where the process ends within 0.3 s. */
export const STDIO_SETTLE_MS = 150;

/** A stdio client has so long to read the last answers after it closed its end. */
export const FLUSH_MS = 1000;

/** Connections of 2025-era clients that may be open at once, each over HTTP and SSE; 256 of one client (`shareOf`). */
export const MAX_SESSIONS = 320;
export const SESSION_IDLE_MS = 30 * 60_000;
/** Where all places are taken, a session that was idle for so long may lose its place to a new one. */
export const EVICT_AFTER_MS = 10_000;
/** `subscriptions/listen` streams of 2026 clients that may be open at once on each stdio connection. */
export const MAX_LISTENERS = 256;
/** The same over HTTP, of all clients; 256 of one. */
export const MAX_HTTP_LISTENERS = 320;
export const REAP_EVERY_MS = 60_000;
export const KEEP_ALIVE_MS = 15_000;
