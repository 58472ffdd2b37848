// What can happen to a file of the data folder.
import { closeSync, existsSync, openSync, readSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';

export const pageBytes = 4_096;

export function pagesOf(file: string): number {
  return Math.floor(statSync(file).size / pageBytes);
}

/** Overwrites page `page` (the first is 0) with bytes that make no sense. */
export function breakPage(file: string, page: number, fill = 0xee): void {
  overwrite(file, page * pageBytes, Buffer.alloc(pageBytes, fill));
}

/** Turns bytes over in the middle of a page, which SQLite itself has no way to notice. */
export function flipBytes(file: string, page: number, at = 2_000, count = 16): void {
  const bytes = Buffer.alloc(count);
  const handle = openSync(file, 'r');
  readSync(handle, bytes, 0, count, page * pageBytes + at);
  closeSync(handle);
  overwrite(
    file,
    page * pageBytes + at,
    bytes.map((byte) => byte ^ 0x55),
  );
}

/** Cuts the write-ahead log to half of its length; false when there is none. */
export function truncateWal(file: string): boolean {
  const wal = `${file}-wal`;
  if (!existsSync(wal) || statSync(wal).size === 0) return false;
  truncateSync(wal, Math.floor(statSync(wal).size / 2));
  return true;
}

export function makeEmpty(file: string): void {
  writeFileSync(file, '');
}

/** Raises `user_version` where it stands in the header, as a later Hallwatch would have left it. */
export function makeNewer(file: string): void {
  const version = Buffer.alloc(4);
  version.writeUInt32BE(900);
  overwrite(file, 60, version);
}

function overwrite(file: string, at: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}
