/** How the page reaches its server. The mocked mode takes the place of both. */
export interface Transport {
  fetch(request: Request): Promise<Response>;
  socket(url: string): WebSocket;
}

export const transport: Transport = {
  fetch: (request) => fetch(request),
  socket: (url) => new WebSocket(url),
};

/** The folder that the page lies in, with the slash at its end: `/`, or the prefix of a proxy. */
export const base = new URL('./', document.baseURI);

/** Address of a path of the server, such as `api/v1/rules`. */
export const addressOf = (path: string): URL => new URL(path.replace(/^\//, ''), base);
