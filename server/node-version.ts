// Imported first: a Node without what we are built on gets one clear line instead of a stack.
if (!('Temporal' in globalThis)) {
  process.stderr.write(
    `Node ${process.version} is too old for Hallwatch; use the one that npm ci installs: npm start, or node_modules/.bin/node\n`,
  );
  process.exit(2);
}
