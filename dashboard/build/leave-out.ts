// Leaves out of the pages what libraries carry for uses that these pages never make of them: 5.5 kB gzip of the wall.
import type { Plugin } from 'vite';

interface Omission {
  /** How the module's path ends. */
  module: string;
  edit: (code: string) => string;
}

/** Another module in its place, as long as it exports what it did. */
function replaced(exported: string[], lines: string[]): Omission['edit'] {
  return (code) => (exported.every((name) => code.includes(`export function ${name}(`)) ? lines.join('\n') : code);
}

/** A method of a class, from its first line to the brace of its own indentation; what isn't there stays away. */
function withoutMethod(code: string, firstLine: string, instead: string): string {
  const lastLine = '\n    }\n';
  const from = code.indexOf(firstLine);
  const to = code.indexOf(lastLine, from);
  return from === -1 || to === -1 ? code : code.slice(0, from) + instead + code.slice(to + lastLine.length);
}

const omissions: Omission[] = [
  {
    // The server takes WebSockets alone (SEMANTICS S1).
    module: '/engine.io-client/build/esm/transports/index.js',
    edit: (code) => code.replace('webtransport: WT,', '').replace('polling: XHR,', ''),
  },
  {
    // Going over from one transport to another: there is one.
    module: '/engine.io-client/build/esm/socket.js',
    edit: (code) => withoutMethod(code, '    _probe(name) {', '    _probe() {}\n'),
  },
  {
    // Taking over HTML that a server rendered, which ours doesn't. Svelte keeps this behind one variable for bundlers to see
    // that it is never true; this one sees that only of a constant.
    module: '/svelte/src/internal/client/dom/hydration.js',
    edit: (code) => code.replace('export let hydrating', 'export const hydrating').replace('hydrating = value;', ''),
  },
  {
    // Messages with binary parts: ours are JSON alone.
    module: '/socket.io-parser/build/esm/binary.js',
    edit: replaced(
      ['deconstructPacket', 'reconstructPacket'],
      [
        'export const deconstructPacket = (packet) => ({ packet, buffers: [] });',
        'export const reconstructPacket = (packet) => packet;',
      ],
    ),
  },
  {
    module: '/socket.io-parser/build/esm/is-binary.js',
    edit: replaced(
      ['isBinary', 'hasBinary'],
      ['export const isBinary = () => false;', 'export const hasBinary = isBinary;'],
    ),
  },
  {
    module: '/engine.io-parser/build/esm/encodePacket.browser.js',
    edit: replaced(
      ['encodePacketToBinary'],
      [
        'import { PACKET_TYPES } from "./commons.js";',
        'export const encodePacket = ({ type, data }, _binary, callback) => callback(PACKET_TYPES[type] + (data || ""));',
        'export const encodePacketToBinary = () => {};',
      ],
    ),
  },
  {
    module: '/engine.io-parser/build/esm/decodePacket.browser.js',
    edit: (code) =>
      code
        .replace('mapBinary(encodedPacket, binaryType)', 'encodedPacket')
        .replace('decodeBase64Packet(encodedPacket.substring(1), binaryType)', 'encodedPacket'),
  },
  {
    // Fetching a later script's own styles and parts before it: it has none, as all styles come with the page.
    module: '\0vite/preload-helper.js',
    edit: () => 'export const __vitePreload = (load) => load();',
  },
];

/** Imported for what is used of them alone: by themselves they only try what the browser can do. */
const idleModules = /\/engine\.io-client\/build\/esm\/transports\//;

/** A library's next version may not have what is cut here: then the build fails, and says where to look again. */
export function leaveOut(): Plugin {
  return {
    name: 'leave-out',
    transform(code, id) {
      const omission = omissions.find(({ module }) => id.endsWith(module));
      if (!omission) return idleModules.test(id) ? { moduleSideEffects: false } : null;
      const left = omission.edit(code);
      if (left === code) this.error(`${id} is not as it was: look again at dashboard/build/leave-out.ts`);
      return { code: left, map: null, moduleSideEffects: false };
    },
  };
}
