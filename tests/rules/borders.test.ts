// The borders of the house. A failure says where the code should live instead.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Import } from '../support/source-files.ts';
import { importsOf, sourceFiles } from '../support/source-files.ts';

const files = sourceFiles('server', 'dashboard', 'firmware-sim').filter((file) => /\.(ts|svelte)$/.test(file));
const edges = files.flatMap((from) => importsOf(from).map((to) => ({ from, ...to })));
type Edge = (typeof edges)[number];

/** Edges that break a rule, each with the advice. */
function broken(breaks: (edge: Edge) => boolean, advice: string): string[] {
  return edges.filter(breaks).map(({ from, to }) => `${from} imports ${to}: ${advice}`);
}

const isIn = (path: string, ...folders: string[]) => folders.some((folder) => path.startsWith(`${folder}/`));
const pure = ['server/hall', 'server/alerts/rules', 'server/insight', 'server/devices'];

describe('borders', () => {
  it('contracts import nothing of ours but contracts, and only the schema library', () => {
    const breaks = ({ from, to }: Edge) =>
      isIn(from, 'server/contracts') && !isIn(to, 'server/contracts') && to !== 'typebox';
    expect(broken(breaks, 'what crosses a wire stands alone; put the logic in the room that uses it')).toEqual([]);
  });

  it('contracts/names.ts imports nothing at all', () => {
    expect(importsOf('server/contracts/names.ts')).toEqual([]);
  });

  it('the dashboard takes types from contracts and words from contracts/names.ts, nothing else of the server', () => {
    const breaks = ({ from, to, typeOnly }: Edge) =>
      isIn(from, 'dashboard') &&
      isIn(to, 'server', 'firmware-sim') &&
      !(to === 'server/contracts/names.ts' || (typeOnly && isIn(to, 'server/contracts')));
    expect(broken(breaks, 'ask the server over HTTP or Socket.IO, or move what both need into contracts')).toEqual([]);
  });

  it('the simulator takes contracts, nothing else of the server', () => {
    const breaks = ({ from, to }: Edge) =>
      isIn(from, 'firmware-sim') && isIn(to, 'server', 'dashboard') && !isIn(to, 'server/contracts');
    expect(broken(breaks, 'a device knows only the wire; move what crosses it into contracts')).toEqual([]);
  });

  it('the server takes nothing of the dashboard or the simulator', () => {
    expect(
      broken(
        ({ from, to }) => isIn(from, 'server') && isIn(to, 'dashboard', 'firmware-sim'),
        'they come after the server',
      ),
    ).toEqual([]);
  });

  it.each([
    { library: 'mqtt', home: ['server/ingest/mqtt-source.ts'] },
    { library: 'aedes', home: ['server/ingest/embedded-broker.ts'] },
    { library: 'socket.io', home: ['server/push/socket-hub.ts', 'server/push/slow-sockets.ts'] },
    { library: 'influx', home: ['server/history/influx-history.ts'] },
    { library: 'node:sqlite', home: ['server/sqlite.ts'] },
    { library: 'socket.io-client', home: ['dashboard/src/live'] },
    { library: 'uplot', home: ['dashboard/src/charts'] },
  ])('$library has one home', ({ library, home }) => {
    const breaks = ({ from, to }: Edge) =>
      to === library && !isIn(from, 'firmware-sim') && !home.some((place) => from === place || isIn(from, place));
    expect(broken(breaks, `only ${home.join(' and ')} may know this library`)).toEqual([]);
  });

  it('pure rooms import no I/O and no room that has it', () => {
    const io = ({ to }: Edge) =>
      to.startsWith('node:') || ['mqtt', 'aedes', 'socket.io', 'influx', 'fastify', 'pino', 'prom-client'].includes(to);
    const rooms = ['server/ingest', 'server/push', 'server/http', 'server/journal', 'server/history', 'server/notify'];
    const breaks = (edge: Edge) =>
      isIn(edge.from, ...pure) && (io(edge) || isIn(edge.to, ...rooms) || edge.to === 'server/clock.ts');
    expect(broken(breaks, 'decide here, act at the edges: hand in the value or the time')).toEqual([]);
  });

  it('pure rooms read no clock', () => {
    const reads = files
      .filter((file) => isIn(file, ...pure))
      .filter((file) => /Date\.now\(|new Date\(\)|performance\.now\(|Temporal\.Now/.test(readFileSync(file, 'utf8')));
    expect(reads, 'the time is handed in').toEqual([]);
  });

  it('one way through the house: no room reaches back', () => {
    const order = [
      'contracts',
      'config',
      'devices',
      'hall',
      'alerts',
      'notify',
      'insight',
      'journal',
      'history',
      'ingest',
      'push',
      'http',
    ];
    const roomOf = (path: string) => order.indexOf(path.split('/')[1] ?? '');
    const breaks = ({ from, to }: Edge) =>
      isIn(from, 'server') && isIn(to, 'server') && roomOf(from) !== -1 && roomOf(to) > roomOf(from);
    expect(broken(breaks, 'a message walks one way; hand the later room in as a function')).toEqual([]);
  });

  it('only app.ts, serve.ts, api-documents.ts and the programs compose', () => {
    const programs = ['main', 'launch', 'check-config', 'backup', 'history-program', 'seed'].map(
      (name) => `server/${name}.ts`,
    );
    expect(edges.filter(({ to }) => programs.includes(to))).toEqual([]);
    expect(edges.filter(({ to, typeOnly }) => to === 'server/app.ts' && !typeOnly).map(({ from }) => from)).toEqual([
      'server/api-documents.ts',
      'server/serve.ts',
    ]);
  });

  it('has no cycles', () => {
    expect(cycles(edges)).toEqual([]);
  });
});

/** Cycles among our own files, types included: a cycle of types is one of thoughts. */
function cycles(all: ({ from: string } & Import)[]): string[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of all) targets.set(from, [...(targets.get(from) ?? []), to]);
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]) => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (path.includes(file) || done.has(file)) return;
    for (const next of targets.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return found;
}
