/** What a browser gets where the dashboard was not built. */
export const NOT_BUILT = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>H200 Mug Positioning</title>
  </head>
  <body>
    <main>
      <h1>The dashboard is not built</h1>
      <p>In the repository's folder run <code>npm run dashboard:build</code>, then start the server again. The npm package carries it built.</p>
      <p>Everything else is here: <a href="api/docs">the API, to read and to try</a>, <a href="health">health</a>.</p>
    </main>
  </body>
</html>
`;
